package dev.holdfast.postgres.schema;

import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements on holdfast.migration, and on the sessions that hold locks which a migration waits for. */
public interface MigrationSql {
    /**
     * The holder of a lock: {@code pid} is 0 for a prepared transaction, {@code since} null if this role may not see
     * it.
     */
    record Holder(int pid, String name, @Nullable OffsetDateTime since) {
        @Override
        public String toString() {
            return pid == 0
                    ? "a prepared transaction (see pg_prepared_xacts)"
                    : "process " + pid + " (" + name + ")"
                            + (since == null ? "" : ", in a transaction since " + since.toInstant());
        }
    }

    /** The sessions that a backend waits for, the oldest transaction first. */
    @SqlQuery("""
            select b.pid, coalesce(nullif(a.application_name, ''), a.backend_type, 'unknown') as name,
                a.xact_start as since
            from unnest(pg_catalog.pg_blocking_pids(:waiting)) as b(pid)
            left join pg_catalog.pg_stat_activity a on a.pid = b.pid order by a.xact_start limit 3""")
    @RegisterConstructorMapper(Holder.class)
    List<Holder> holders(@Bind("waiting") int waiting);

    /**
     * Removes the row of a non-transactional migration that failed half way, because Flyway refuses to go on with it.
     */
    @SqlUpdate("delete from holdfast.migration where not success")
    int forgetFailed();

    /** The role and the database of a connection. */
    record Session(String role, String database) {}

    @SqlQuery("select current_user::text as role, pg_catalog.current_database()::text as database")
    @RegisterConstructorMapper(Session.class)
    Session session();

    /** Names of tables, views and sequences in the schema. */
    @SqlQuery("""
            select c.relname::text from pg_catalog.pg_class c
            where c.relnamespace = 'holdfast'::regnamespace and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
            order by c.relname limit :limit""")
    List<String> tables(@Bind("limit") int limit);

    /** The version of the newest migration that was applied; 0 before the first. */
    @SqlQuery("select coalesce(max(version::integer), 0) from holdfast.migration where success")
    int version();
}
