package dev.holdfast.postgres.doctor;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Statements on open transactions and dead rows. */
interface ActivitySql {
    /** Whether the server hides sessions in this database from this role. */
    @SqlQuery("""
            select exists (select from pg_catalog.pg_stat_activity a
                where a.datname = pg_catalog.current_database() and a.query = '<insufficient privilege>')""")
    boolean isHidden();

    /** An open transaction: its session and its age. */
    record Transaction(String who, double seconds) {}

    /** The oldest transaction of this database, prepared ones included, this session's excluded. */
    @SqlQuery("""
            select t.who, extract(epoch from pg_catalog.clock_timestamp() - t.since)::double precision as seconds from (
                select 'process ' || a.pid || ' (' || coalesce(nullif(a.application_name, ''), 'unnamed') || ', '
                    || coalesce(a.state, 'unknown') || ')' as who, a.xact_start as since
                from pg_catalog.pg_stat_activity a
                where a.datname = pg_catalog.current_database() and a.pid <> pg_catalog.pg_backend_pid()
                    and a.backend_type = 'client backend' and a.xact_start is not null
                union all
                select 'prepared transaction ' || p.gid, p.prepared from pg_catalog.pg_prepared_xacts p
                where p.database = pg_catalog.current_database()) t
            order by t.since limit 1""")
    @RegisterConstructorMapper(Transaction.class)
    Optional<Transaction> oldest();

    /** The rows of a table, according to the statistics. */
    record Rows(String name, long live, long dead) {}

    /** The tables of a schema, those with the most dead rows first. */
    @SqlQuery("""
            select s.relname as name, s.n_live_tup as live, s.n_dead_tup as dead
            from pg_catalog.pg_stat_user_tables s where s.schemaname = :schema order by s.n_dead_tup desc""")
    @RegisterConstructorMapper(Rows.class)
    List<Rows> rows(@Bind("schema") String schema);
}
