package dev.holdfast.postgres.fence;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on holdfast.fence: which connections may write. Rows are only added while their incarnation lives. */
public interface FenceSql {
    /**
     * The advisory lock of pruning. Pruning takes it exclusively; a statement that relies on rows which pruning could
     * remove takes it shared.
     */
    String PRUNING_LOCK = "pg_catalog.hashtextextended('holdfast.pruning', 0)";

    /**
     * Joins the backend {@code a} of an enrolment {@code f}, if it may be alive; a hidden backend counts as alive.
     * Those of other databases are excluded, because the enrolments in a copy are those of the original.
     */
    String BACKEND = """
            a.datname = pg_catalog.current_database() and a.pid = f.pid
                and (a.backend_start is null or a.backend_start = f.backend_start)
            """;

    /** As {@link #BACKEND}, without hidden backends. */
    String SEEN_BACKEND = """
            a.datname = pg_catalog.current_database() and a.pid = f.pid and a.backend_start = f.backend_start
            """;

    /**
     * Keeps the rows that the rest of this transaction relies on: pruning skips its turn while a transaction has this
     * lock. A statement of its own, so that the snapshot of the next one is younger than the last pruning.
     */
    @SqlQuery("select pg_catalog.pg_advisory_xact_lock_shared(" + PRUNING_LOCK + ")::text")
    String holdOffPruning();

    /**
     * Enrols a connection. Stores its backend too, so that it can be terminated, unless a pooler shares it. Adds no row
     * for a pruned incarnation, because the row that fences it may be gone too, and none in a restored copy, so that a
     * process that was connected to the original writes nothing there. Call {@link #holdOffPruning} before.
     */
    @SqlUpdate("""
            insert into holdfast.fence (incarnation, connection, generation, pid, backend_start)
            select :incarnation, :connection, :generation, case when :own then a.pid end,
                case when :own then a.backend_start end
            from pg_catalog.pg_stat_activity a where a.pid = pg_catalog.pg_backend_pid()
                and exists (select from holdfast.incarnation i where i.id = :incarnation)
                and not holdfast.is_restored()""")
    void enrol(
            @Bind("incarnation") UUID incarnation,
            @Bind("connection") int connection,
            @Bind("generation") int generation,
            @Bind("own") boolean own);

    /** Fences a whole incarnation: its batches are refused from the commit of this row on. */
    @SqlUpdate("""
            insert into holdfast.fence (incarnation, connection, generation) values (:incarnation, -1, 0)
            on conflict do nothing""")
    void fence(@Bind("incarnation") UUID incarnation);

    /** Fences all incarnations. */
    @SqlUpdate("""
            insert into holdfast.fence (incarnation, connection, generation)
            select i.id, -1, 0 from holdfast.incarnation i on conflict do nothing""")
    void fenceAll();

    /** Removes the enrolments of backends that are not in this database, so that they are never terminated. */
    @SqlUpdate("""
            delete from holdfast.fence f where f.pid is not null
                and not exists (select from pg_catalog.pg_stat_activity a where\s""" + BACKEND + ")")
    void removeAbsent();

    /** Fences an incarnation that has sent no heartbeat since this one. */
    @SqlUpdate("""
            insert into holdfast.fence (incarnation, connection, generation)
            select :incarnation, -1, 0 where :counter = (
                select coalesce(max(h.counter), 0) from holdfast.heartbeat h where h.incarnation = :incarnation)
            on conflict do nothing""")
    void fenceSilent(@Bind("incarnation") UUID incarnation, @Bind("counter") long counter);

    /** Whether an incarnation is fenced; a pruned incarnation counts as fenced. */
    @SqlQuery("""
            select exists (select from holdfast.fence where incarnation = :incarnation and connection = -1)
                or not exists (select from holdfast.incarnation i where i.id = :incarnation)""")
    boolean isFenced(@Bind("incarnation") UUID incarnation);

    /** The connections of an incarnation, for a new owner that waits until each of them is idle. */
    @SqlQuery("select distinct connection from holdfast.fence where incarnation = :incarnation and connection >= 0")
    List<Integer> connections(@Bind("incarnation") UUID incarnation);

    /** Waits until no batch of this connection is in flight, as long as the session's lock timeout allows. */
    @SqlQuery("""
            select pg_catalog.pg_advisory_xact_lock(holdfast.fence_lock(:incarnation, :connection))::text""")
    String awaitIdle(@Bind("incarnation") UUID incarnation, @Bind("connection") int connection);

    /** The number of backends that may be alive; one that is unknown, or hidden from this role, counts as alive. */
    @SqlQuery("""
            select count(*) from holdfast.fence f left join pg_catalog.pg_stat_activity a on\s""" + BACKEND + """
            where f.incarnation = :incarnation and f.connection >= 0 and (f.pid is null or a.pid is not null)""")
    int backendsAlive(@Bind("incarnation") UUID incarnation);

    /** Terminates the backends of this connection below the given generation. */
    @SqlQuery("""
            select pg_catalog.pg_terminate_backend(f.pid) from holdfast.fence f
            join pg_catalog.pg_stat_activity a on\s""" + SEEN_BACKEND + """
            where f.incarnation = :incarnation and f.connection = :connection and f.generation < :generation""")
    List<Boolean> terminate(
            @Bind("incarnation") UUID incarnation,
            @Bind("connection") int connection,
            @Bind("generation") int generation);

    /**
     * Terminates the backends of an incarnation that have a batch in flight. The others may serve somebody else by now:
     * the connections of a program's pool outlive the incarnation.
     */
    @SqlQuery("""
            select pg_catalog.pg_terminate_backend(f.pid) from holdfast.fence f
            join pg_catalog.pg_stat_activity a on\s""" + SEEN_BACKEND + """
            where f.incarnation = :incarnation and exists (select from pg_catalog.pg_locks l
                where l.pid = f.pid and l.locktype = 'advisory'
                    and (l.classid::bigint << 32 | l.objid::bigint)
                        = holdfast.fence_lock(f.incarnation, f.connection))""")
    List<Boolean> terminateBusy(@Bind("incarnation") UUID incarnation);
}
