package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.fence.FenceSql;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Statements that remove control rows which guard nothing any more. Each removes up to {@code limit} rows, skips locked
 * ones, and returns how many it removed. {@link Pruning} says why nothing that it removes is missed.
 */
interface PruningSql {
    /** Epochs below the newest one of their bucket. */
    @SqlUpdate("""
            with pruning as materialized (
                select pg_catalog.pg_try_advisory_xact_lock(""" + FenceSql.PRUNING_LOCK + """
                ) as alone),
            old as materialized (
                select b.bucket, b.epoch from holdfast.bucket b
                where true
                    and (select p.alone from pruning p)
                    and exists (select from holdfast.bucket n where n.bucket = b.bucket and n.epoch > b.epoch)
                limit :limit for update of b skip locked)
            delete from holdfast.bucket b using old where b.bucket = old.bucket and b.epoch = old.epoch""")
    int epochs(@Bind("limit") int limit);

    /**
     * Incarnations that are fenced, own nothing and have no backend, also the newest one of a name. A backend behind a
     * pooler is not known: it counts as gone a day after the fencing. Each stays for ten minutes, so that people can
     * see what happened.
     */
    @SqlUpdate("""
            with pruning as materialized (
                select pg_catalog.pg_try_advisory_xact_lock(""" + FenceSql.PRUNING_LOCK + """
                ) as alone),
            owners as materialized (
                select distinct on (b.bucket) b.incarnation from holdfast.bucket b order by b.bucket, b.epoch desc),
            running as materialized (
                select f.incarnation from holdfast.fence f
                join pg_catalog.pg_stat_activity a on\s""" + FenceSql.BACKEND + """
            ),
            pooled as materialized (
                select f.incarnation from holdfast.fence f
                join holdfast.fence e on e.incarnation = f.incarnation and e.connection >= 0 and e.pid is null
                where f.connection = -1 and f.at > pg_catalog.clock_timestamp() - interval '1 day'),
            fresh as materialized (
                select f.incarnation from holdfast.fence f
                where f.connection = -1 and f.at > pg_catalog.clock_timestamp() - interval '10 minutes'),
            dead as materialized (
                select i.number, i.ordinal from holdfast.incarnation i
                where true
                    and (select p.alone from pruning p)
                    and exists (select from holdfast.fence f where f.incarnation = i.id and f.connection = -1)
                    and not exists (select from owners o where o.incarnation = i.id)
                    and not exists (select from running r where r.incarnation = i.id)
                    and not exists (select from pooled p where p.incarnation = i.id)
                    and not exists (select from fresh f where f.incarnation = i.id)
                limit :limit for update of i skip locked)
            delete from holdfast.incarnation i using dead d where i.number = d.number and i.ordinal = d.ordinal""")
    int incarnations(@Bind("limit") int limit);

    /** Enrolments of incarnations that were pruned. */
    @SqlUpdate("""
            with orphans as materialized (
                select f.incarnation, f.connection, f.generation from holdfast.fence f
                where f.connection >= 0
                    and not exists (select from holdfast.incarnation i where i.id = f.incarnation)
                limit :limit for update of f skip locked)
            delete from holdfast.fence f using orphans o
            where f.incarnation = o.incarnation and f.connection = o.connection and f.generation = o.generation""")
    int enrolments(@Bind("limit") int limit);

    /** Fences of incarnations that were pruned, once they have no enrolment left to refuse. */
    @SqlUpdate("""
            with orphans as materialized (
                select f.incarnation from holdfast.fence f
                where f.connection = -1
                    and not exists (select from holdfast.incarnation i where i.id = f.incarnation)
                    and f.incarnation not in (select e.incarnation from holdfast.fence e where e.connection >= 0)
                limit :limit for update of f skip locked)
            delete from holdfast.fence f using orphans o where f.incarnation = o.incarnation and f.connection = -1""")
    int fences(@Bind("limit") int limit);

    /** Enrolments that a later generation of their connection replaced, once their backend is gone. */
    @SqlUpdate("""
            with running as materialized (
                select f.incarnation, f.connection, f.generation from holdfast.fence f
                join pg_catalog.pg_stat_activity a on\s""" + FenceSql.BACKEND + """
            ),
            newest as materialized (
                select e.incarnation, e.connection, max(e.generation) as generation from holdfast.fence e
                where e.connection >= 0 group by e.incarnation, e.connection),
            replaced as materialized (
                select f.incarnation, f.connection, f.generation from holdfast.fence f
                join newest n on n.incarnation = f.incarnation and n.connection = f.connection
                where true
                    and f.generation < n.generation
                    and (f.incarnation, f.connection, f.generation) not in (select r.* from running r)
                limit :limit for update of f skip locked)
            delete from holdfast.fence f using replaced r
            where f.incarnation = r.incarnation and f.connection = r.connection and f.generation = r.generation""")
    int generations(@Bind("limit") int limit);

    /** Heartbeats of incarnations that are fenced or were pruned. A living one prunes its own. */
    @SqlUpdate("""
            with living as materialized (
                select i.id from holdfast.incarnation i where not exists (
                    select from holdfast.fence f where f.incarnation = i.id and f.connection = -1)),
            silent as materialized (
                select h.incarnation, h.counter from holdfast.heartbeat h
                where true
                    and not exists (select from living l where l.id = h.incarnation)
                limit :limit for update of h skip locked)
            delete from holdfast.heartbeat h using silent s
            where h.incarnation = s.incarnation and h.counter = s.counter""")
    int heartbeats(@Bind("limit") int limit);
}
