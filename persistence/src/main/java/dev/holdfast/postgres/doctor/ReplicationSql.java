package dev.holdfast.postgres.doctor;

import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Statements on standbys and replication slots. */
interface ReplicationSql {
    /**
     * A connected standby.
     *
     * @param shown false if this role cannot see its state
     */
    record Standby(String name, boolean shown, boolean synchronous, long lagBytes) {}

    /** The connected standbys; a role without pg_read_all_stats sees only their names. */
    @SqlQuery("""
            select coalesce(nullif(r.application_name, ''), 'unnamed') as name, r.state is not null as shown,
                coalesce(r.sync_state in ('sync', 'quorum'), false) as synchronous,
                coalesce(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.replay_lsn), 0)::bigint
                    as lag_bytes
            from pg_catalog.pg_stat_replication r order by 1""")
    @RegisterConstructorMapper(Standby.class)
    List<Standby> standbys();

    /** A replication slot, and the log that the server retains for it. */
    record Slot(String name, boolean active, long heldBytes) {}

    /** The replication slots, those that retain the most log first. */
    @SqlQuery("""
            select s.slot_name as name, s.active, coalesce(
                pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn), 0)::bigint as held_bytes
            from pg_catalog.pg_replication_slots s order by 3 desc""")
    @RegisterConstructorMapper(Slot.class)
    List<Slot> slots();
}
