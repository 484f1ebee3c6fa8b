package dev.holdfast.postgres.doctor;

import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jspecify.annotations.Nullable;

/** Statements on workflows that do not run. Counts end at a limit, because a larger number changes no decision. */
interface WorkflowSql {
    /** The number of workflows that are due for longer than this; reads the index of due times. */
    @SqlQuery("""
            select count(*) from holdfast.due((select array_agg(b) from holdfast.settings s
                cross join generate_series(0, s.buckets - 1) b), :lateMillis * interval '-1 millisecond', :limit)""")
    int late(@Bind("lateMillis") long lateMillis, @Bind("limit") int limit);

    /** The number of workflows that ran in these buckets; scans the table, so it is called only if there are some. */
    @SqlQuery("""
            select count(*) from (select from holdfast.open_workflow o
                where o.due is null and o.status in ('RUNNING', 'COMPENSATING') and o.bucket = any (:buckets)
                limit :limit) stranded""")
    int stranded(@Bind("buckets") Integer[] buckets, @Bind("limit") int limit);

    /** A version that workflows wait for, as {@code definition/version}. */
    record MissingVersion(String version, int workflows) {}

    /** The versions that no owner of the workflows has registered, up to 10, with counts up to a limit. */
    @SqlQuery("""
            select m.version, m.workflows from holdfast.missing_versions((select array_agg(b) from holdfast.settings s
                cross join generate_series(0, s.buckets - 1) b), 10, :limit) m""")
    @RegisterConstructorMapper(MissingVersion.class)
    List<MissingVersion> missingVersions(@Bind("limit") int limit);

    /** The number of dead letters that wait for a decision. */
    @SqlQuery("""
            select count(*) from (select from holdfast.open_workflow o where o.status = 'DEAD_LETTERED'
                limit :limit) parked""")
    int parked(@Bind("limit") int limit);

    /** A dead letter, without the message of the error, which may contain a payload. */
    record Letter(OffsetDateTime at, String cause, @Nullable String step, String errorClass) {}

    /** The dead letters of the newest workflows. */
    @SqlQuery("""
            select d.at, d.cause, d.step, d.error_class from (
                select o.bucket, o.uid from holdfast.open_workflow o
                where o.status = 'DEAD_LETTERED' order by o.uid desc limit 3) o
            cross join lateral (select d.at, d.cause, d.step, d.error_class from holdfast.dead_letter d
                where d.bucket = o.bucket and d.uid = o.uid order by d.seq desc limit 1) d""")
    @RegisterConstructorMapper(Letter.class)
    List<Letter> newest();
}
