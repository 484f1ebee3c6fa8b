package dev.holdfast.postgres.read;

import dev.holdfast.spi.DueWorkflow;
import dev.holdfast.spi.VersionWake;
import dev.holdfast.spi.WorkflowKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.KeyColumn;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.config.ValueColumn;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements on holdfast.workflow, holdfast.open_workflow and holdfast.submission. */
public interface WorkflowSql {
    /** Workflows that were running when their process ended, in the order of uids. */
    @SqlQuery("""
            select o.bucket, o.era, o.uid from holdfast.open_workflow o
            where o.status in ('RUNNING', 'COMPENSATING') and o.due is null and o.bucket = any (:buckets)
                and (cast(:after as uuid) is null or o.uid > :after)
            order by o.uid limit :limit""")
    @RegisterConstructorMapper(WorkflowKey.class)
    List<WorkflowKey> interrupted(
            @Bind("buckets") Integer[] buckets, @Bind("after") @Nullable UUID after, @Bind("limit") int limit);

    /** Workflows that are due now or within this time; reads no others. */
    @SqlQuery("""
            select d.bucket, d.era, d.uid,
                (extract(epoch from d.due - pg_catalog.statement_timestamp()) * 1000000)::bigint as in_micros
            from holdfast.due(:buckets, :micros * interval '1 microsecond', :limit) d""")
    @RegisterRowMapper(DueWorkflowMapper.class)
    List<DueWorkflow> due(
            @Bind("buckets") Integer[] buckets, @Bind("micros") long aheadMicros, @Bind("limit") int limit);

    /** Makes a workflow due later that is due now. Leaves out one whose row another session has locked. */
    @SqlUpdate("""
            with due as materialized (
                select o.ctid from holdfast.open_workflow o
                where o.uid = :uid and o.bucket = :bucket and o.due <= pg_catalog.clock_timestamp()
                    and o.status <> 'PAUSED'
                for update skip locked)
            update holdfast.open_workflow o set due = pg_catalog.clock_timestamp() + :micros * interval '1 microsecond'
            where o.ctid = (select d.ctid from due d)""")
    int postpone(@Bind("bucket") int bucket, @Bind("uid") UUID uid, @Bind("micros") long byMicros);

    /** Makes workflows due that wait for these versions. */
    @SqlQuery("select w.woken, w.is_done from holdfast.wake_versions(:buckets, :versions, :limit) w")
    @RegisterConstructorMapper(VersionWake.class)
    VersionWake wakeVersions(
            @Bind("buckets") Integer[] buckets, @Bind("versions") String[] versions, @Bind("limit") int limit);

    /** The versions that workflows of these buckets wait for, up to 100, and how many do, counted up to 10,000. */
    @SqlQuery("select m.version, m.workflows from holdfast.missing_versions(:buckets, 100, 10000) m")
    @KeyColumn("version")
    @ValueColumn("workflows")
    Map<String, Long> missingVersions(@Bind("buckets") Integer[] buckets);

    /** The place of the workflow with this id, which its submitter chose. */
    @SqlQuery("""
            select s.bucket, s.era, s.uid from holdfast.submission s
            where s.name = :id and s.scope = '*' and s.bucket = :bucket and s.erased_at is null""")
    @RegisterConstructorMapper(WorkflowKey.class)
    Optional<WorkflowKey> locate(@Bind("id") String id, @Bind("bucket") int bucket);

    /** Whether a workflow was accepted at this place. */
    @SqlQuery("""
            select exists (select from holdfast.workflow w
                where w.bucket = :bucket and w.uid = :uid
                    and w.era = holdfast.home_of(:bucket, :era, :uid))""")
    boolean exists(@Bind("bucket") int bucket, @Bind("era") int era, @Bind("uid") UUID uid);

    /** The input of the workflow at this place. */
    @SqlQuery("""
            select w.input from holdfast.workflow w
            where w.bucket = :bucket and w.uid = :uid and w.era = holdfast.home_of(:bucket, :era, :uid)""")
    Optional<byte[]> input(@Bind("bucket") int bucket, @Bind("era") int era, @Bind("uid") UUID uid);

    /** Begins the names of {@link #open} that are kinds of waits. */
    String WAITING = "waiting:";

    /**
     * The number of open workflows by status, and by {@link #WAITING} with the kind of what they wait for. Reads all
     * rows of the table.
     */
    @SqlQuery("""
            with counted as materialized (
                select o.status, split_part(o.waits[1], ':', 1) as kind, count(*) as open
                from holdfast.open_workflow o where o.bucket = any (:buckets) group by 1, 2)
            select s.status as name, coalesce(sum(c.open), 0) as open
            from unnest('{QUEUED,RUNNING,WAITING,COMPENSATING,PAUSED,DEAD_LETTERED}'::text[]) as s(status)
            left join counted c on c.status = s.status group by s.status
            union all
            select 'waiting:' || k.kind, coalesce(sum(c.open), 0)
            from unnest('{timer,signal,child,retry,version}'::text[]) as k(kind)
            left join counted c on c.kind = k.kind group by k.kind""")
    @KeyColumn("name")
    @ValueColumn("open")
    Map<String, Long> open(@Bind("buckets") Integer[] buckets);
}
