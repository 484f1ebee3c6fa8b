package dev.holdfast.postgres.schema;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.jdbc.JdbiFactory;

/** What a database or a role has set for the sessions to come. */
public record DatabaseDefaults(TestDatabase database) {

    /** For all roles. */
    public void set(String setting, String value) {
        run("alter database %s set %s = '%s'".formatted(name(), setting, value));
    }

    /** For our role; stronger than that of the database. */
    public void setForRole(String setting, String value) {
        run("alter role current_user in database %s set %s = '%s'".formatted(name(), setting, value));
    }

    private void run(String sql) {
        JdbiFactory.on(database.dataSource()).useHandle(handle -> handle.execute(sql));
    }

    private String name() {
        return JdbiFactory.on(database.dataSource())
                .withHandle(handle -> handle.createQuery("select pg_catalog.current_database()")
                        .mapTo(String.class)
                        .one());
    }
}
