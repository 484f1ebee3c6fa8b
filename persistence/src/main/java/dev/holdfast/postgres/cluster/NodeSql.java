package dev.holdfast.postgres.cluster;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.spi.Announcement;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.config.RegisterRowMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/**
 * Statements on holdfast.node, holdfast.incarnation and holdfast.heartbeat. Rows are added, and removed when they are
 * old; no row is updated, so no row lock delays a heartbeat or a start.
 */
public interface NodeSql {
    /**
     * A name, and the newest process that had it.
     *
     * @param ordinal which process of the name it is, 0 before the first; {@code incarnation} is null then
     * @param restored whether the database is a restored copy, in which no process becomes a node
     */
    record Holder(int number, int ordinal, @Nullable UUID incarnation, boolean restored) {}

    /** Adds a name, which stays for ever because log records refer to its number. */
    @SqlUpdate("insert into holdfast.node (name) values (:name) on conflict do nothing")
    void add(@Bind("name") String name);

    /** The newest process of a name; empty for a name that was never added. */
    @SqlQuery("""
            select n.number, coalesce(i.ordinal, 0) as ordinal, i.id as incarnation,
                holdfast.is_restored() as restored
            from holdfast.node n
            left join holdfast.incarnation i on i.number = n.number
            where n.name = :name order by i.ordinal desc limit 1""")
    @RegisterConstructorMapper(Holder.class)
    Optional<Holder> holder(@Bind("name") String name);

    /**
     * Becomes the next process of a name; 0 when another process was faster, the observed one was pruned, or the
     * database is a restored copy. The newest process is checked because the row that would conflict may be pruned.
     * After {@link dev.holdfast.postgres.fence.FenceSql#holdOffPruning}.
     *
     * @param definitions the versions that it announces, as {@link DefinitionVersion#text()}
     * @param former the newest process when the name was observed; null if there was none
     */
    @SqlUpdate("""
            with newest as (
                select i.id from holdfast.incarnation i where i.number = :number order by i.ordinal desc limit 1)
            insert into holdfast.incarnation (number, ordinal, id, version, definitions)
            select :number, :ordinal, :id, :version, :definitions
            where true
                and (select n.id from newest n) is not distinct from :former::uuid
                and not holdfast.is_restored()
            on conflict do nothing""")
    int become(
            @Bind("number") int number,
            @Bind("ordinal") int ordinal,
            @Bind("former") @Nullable UUID former,
            @Bind("id") UUID id,
            @Bind("version") String version,
            @Bind("definitions") String[] definitions);

    /**
     * Sends a heartbeat and observes the cluster in one statement; no row if the incarnation is fenced or was pruned,
     * or the database is a restored copy. An incarnation lives while it is not fenced; a bucket is free if it has no
     * owner or a fenced one. The own buckets are returned too, in case the response to a claim was lost.
     */
    @SqlQuery("""
            with beat as (
                insert into holdfast.heartbeat (incarnation, counter, loaded, draining)
                select :incarnation, :counter, :loaded, :draining where not exists (
                    select from holdfast.fence f where f.incarnation = :incarnation and f.connection = -1)
                    and exists (select from holdfast.incarnation i where i.id = :incarnation)
                    and not holdfast.is_restored()
                returning at),
            living as (
                select i.id, i.number, coalesce(h.counter, 0) as counter, coalesce(h.draining, false) as draining,
                    cardinality(i.definitions) = 0 as gateway
                from holdfast.incarnation i
                left join lateral (select h.counter, h.draining from holdfast.heartbeat h
                    where h.incarnation = i.id order by h.counter desc limit 1) h on true
                where not exists (
                    select from holdfast.fence f where f.incarnation = i.id and f.connection = -1)),
            owned as (
                select distinct on (b.bucket) b.bucket, b.epoch, b.incarnation from holdfast.bucket b
                order by b.bucket, b.epoch desc),
            free as (
                select o.bucket, o.epoch, o.incarnation from owned o
                where not exists (select from living l where l.id = o.incarnation))
            select beat.at, pg_catalog.pg_postmaster_start_time()::text as server,
                (select array_agg(l.id order by l.id) from living l) as ids,
                (select array_agg(l.number order by l.id) from living l) as numbers,
                (select array_agg(l.counter order by l.id) from living l) as counters,
                (select array_agg(l.draining order by l.id) from living l) as draining,
                (select array_agg(l.gateway order by l.id) from living l) as gateways,
                (select array_agg(f.bucket order by f.bucket) from free f) as free_buckets,
                (select array_agg(f.epoch order by f.bucket) from free f) as free_epochs,
                (select array_agg(f.incarnation order by f.bucket) from free f) as free_formers,
                (select array_agg(o.bucket order by o.bucket) from owned o where o.incarnation = :incarnation)
                    as own_buckets,
                (select array_agg(o.epoch order by o.bucket) from owned o where o.incarnation = :incarnation)
                    as own_epochs
            from beat""")
    @RegisterRowMapper(ClusterViewMapper.class)
    Optional<ClusterView> beat(
            @Bind("incarnation") UUID incarnation,
            @Bind("counter") long counter,
            @Bind("loaded") int loaded,
            @Bind("draining") boolean draining);

    /** The name of the node of an incarnation; empty for one that was pruned. */
    @SqlQuery("""
            select n.name from holdfast.incarnation i join holdfast.node n on n.number = i.number
            where i.id = :incarnation""")
    Optional<String> name(@Bind("incarnation") UUID incarnation);

    /** The counter of the last heartbeat, 0 before the first, and the start time of the server. */
    record LastHeartbeat(long counter, String server) {}

    /** Observes one incarnation, for a process that waits until it is silent. */
    @SqlQuery("""
            select coalesce(max(counter), 0) as counter, pg_catalog.pg_postmaster_start_time()::text as server
            from holdfast.heartbeat where incarnation = :incarnation""")
    @RegisterConstructorMapper(LastHeartbeat.class)
    LastHeartbeat lastHeartbeat(@Bind("incarnation") UUID incarnation);

    /** Removes old heartbeats of a living incarnation, except for rows that other sessions have locked. */
    @SqlUpdate("""
            delete from holdfast.heartbeat where (incarnation, counter) in (
                select h.incarnation, h.counter from holdfast.heartbeat h
                where h.incarnation = :incarnation and h.counter < :below for update skip locked)""")
    int prune(@Bind("incarnation") UUID incarnation, @Bind("below") long below);

    /**
     * What the living nodes run, and what nodes ran that have ended since: until they are pruned, or the name has a new
     * process.
     */
    @SqlQuery("""
            select r.version, bool_or(not exists (
                    select from holdfast.fence f where f.incarnation = i.id and f.connection = -1)) as living
            from holdfast.incarnation i cross join unnest(i.definitions) as r (version)
            group by r.version""")
    @RegisterRowMapper(AnnouncementMapper.class)
    List<Announcement> announcements();

    /** The living nodes, for people; their waiting workflows are counted row by row, up to 10,000 of a node. */
    @SqlQuery("""
            with owned as (
                select distinct on (b.bucket) b.bucket, b.epoch, b.incarnation from holdfast.bucket b
                order by b.bucket, b.epoch desc)
            select n.name, i.version, i.joined_at, i.definitions, coalesce(h.loaded, 0) as loaded,
                coalesce(h.at, i.joined_at) as heartbeat_at, pg_catalog.clock_timestamp() as read_at,
                (select count(*) from owned o where o.incarnation = i.id) as buckets,
                (select coalesce(max(o.epoch), 0) from owned o where o.incarnation = i.id) as epoch,
                (select count(*) from (select from holdfast.open_workflow w where w.due is not null and w.bucket in (
                    select o.bucket from owned o where o.incarnation = i.id) limit 10000) w) as waiting
            from holdfast.incarnation i join holdfast.node n on n.number = i.number
            left join lateral (select h.at, h.loaded from holdfast.heartbeat h
                where h.incarnation = i.id order by h.counter desc limit 1) h on true
            where not exists (select from holdfast.fence f where f.incarnation = i.id and f.connection = -1)
            order by n.name""")
    @RegisterRowMapper(NodeSummaryMapper.class)
    List<NodeSummary> nodes();
}
