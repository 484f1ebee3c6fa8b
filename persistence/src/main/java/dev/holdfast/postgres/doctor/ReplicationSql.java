package dev.holdfast.postgres.doctor;

import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Statements on who copies the database. */
interface ReplicationSql {
    /**
     * A standby that is connected.
     *
     * @param shown false where this role may not see how it stands
     */
    record Standby(String name, boolean shown, boolean synchronous, long lagBytes) {}

    @SqlQuery("""
            select coalesce(nullif(r.application_name, ''), 'unnamed') as name, r.state is not null as shown,
                coalesce(r.sync_state in ('sync', 'quorum'), false) as synchronous,
                coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn), 0)::bigint
                    as lag_bytes
            from pg_catalog.pg_stat_replication r order by 1""")
    @RegisterConstructorMapper(Standby.class)
    List<Standby> standbys();

    /** Log that is kept for somebody. */
    record Slot(String name, boolean active, long heldBytes) {}

    @SqlQuery("""
            select s.slot_name as name, s.active, coalesce(
                pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn), 0)::bigint as held_bytes
            from pg_catalog.pg_replication_slots s order by 3 desc""")
    @RegisterConstructorMapper(Slot.class)
    List<Slot> slots();
}
