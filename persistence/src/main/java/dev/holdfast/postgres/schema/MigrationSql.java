package dev.holdfast.postgres.schema;

import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements on holdfast.migration, and on who holds the locks that a migration waits for. */
public interface MigrationSql {
    /** Somebody in the way: {@code pid} is 0 for a prepared transaction; {@code since} null where one may not look. */
    record Holder(int pid, String name, @Nullable OffsetDateTime since) {
        @Override
        public String toString() {
            return pid == 0
                    ? "a prepared transaction (see pg_prepared_xacts)"
                    : "process " + pid + " (" + name + ")"
                            + (since == null ? "" : ", in a transaction since " + since.toInstant());
        }
    }

    /** Whom a backend waits for, the oldest transaction first. */
    @SqlQuery("""
            select b.pid, coalesce(nullif(a.application_name, ''), a.backend_type, 'unknown') as name,
                a.xact_start as since
            from unnest(pg_catalog.pg_blocking_pids(:waiting)) as b(pid)
            left join pg_catalog.pg_stat_activity a on a.pid = b.pid order by a.xact_start limit 3""")
    @RegisterConstructorMapper(Holder.class)
    List<Holder> holders(@Bind("waiting") int waiting);

    /** One outside of a transaction that ended half way leaves a row, with which nothing could go on. */
    @SqlUpdate("delete from holdfast.migration where not success")
    int forgetFailed();

    /** The newest one that was applied. */
    @SqlQuery("select coalesce(max(version::integer), 0) from holdfast.migration where success")
    int version();
}
