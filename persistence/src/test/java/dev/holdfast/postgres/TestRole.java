package dev.holdfast.postgres;

import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** A role without the rights of a superuser, in one test database, which it may migrate; dropped when it is closed. */
public final class TestRole extends TestResource {
    private final String name = "holdfast_test_" + UUID.randomUUID().toString().replace("-", "");
    private final TestDatabase database;
    private final Jdbi superuser;

    public TestRole(TestDatabase database) {
        this.database = database;
        this.superuser = JdbiFactory.on(database.dataSource());
        run("create role " + name + " login password 'for-a-test'");
        run("do $$ begin execute pg_catalog.format('grant create on database %I to " + name
                + "', pg_catalog.current_database()); end $$");
    }

    public String name() {
        return name;
    }

    /** Of its sessions. */
    public String jdbcUrl() {
        return database.jdbcUrl().replaceFirst("user=[^&]*", "user=" + name).replaceFirst("&password=[^&]*", "")
                + "&password=for-a-test";
    }

    /** Gives it the schema of a database that is migrated already. */
    public TestRole owningTheSchema() {
        run("""
                do $$ declare v_one text; begin
                    alter schema holdfast owner to %1$s;
                    for v_one in select 'table ' || oid::regclass from pg_class
                        where relnamespace = 'holdfast'::regnamespace and relkind in ('r', 'p')
                        union all select 'function ' || oid::regprocedure from pg_proc
                        where pronamespace = 'holdfast'::regnamespace loop
                        execute 'alter ' || v_one || ' owner to %1$s';
                    end loop;
                end $$""".formatted(name));
        return this;
    }

    /** Runs a statement as a superuser. */
    public void run(String sql) {
        superuser.useHandle(handle -> handle.execute(sql));
    }

    @Override
    public void close() {
        run("drop owned by " + name + " cascade");
        run("drop role " + name);
    }
}
