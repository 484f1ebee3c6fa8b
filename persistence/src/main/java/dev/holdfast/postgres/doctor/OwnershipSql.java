package dev.holdfast.postgres.doctor;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;

/** Statements on nodes and the ownership of buckets. */
interface OwnershipSql {
    /**
     * Where the installation was initialised, compared with where it is.
     *
     * @param complete whether this role may read the identifier of the server, as the first node might
     */
    record Identity(boolean restored, boolean complete) {}

    /** Whether this database is a restored copy; empty before a node has initialised it. */
    @SqlQuery("""
            select holdfast.is_restored() as restored,
                s.system_identifier is not null and holdfast.system_identifier() is not null as complete
            from holdfast.settings s""")
    @RegisterConstructorMapper(Identity.class)
    Optional<Identity> identity();

    /** A node that is not declared dead, whether it runs nothing itself, and the time since its last heartbeat. */
    record Node(String name, boolean gateway, double silentSeconds) {}

    /** The nodes that are not declared dead, whether they send heartbeats or not. */
    @SqlQuery("""
            select n.name, cardinality(i.definitions) = 0 as gateway, extract(epoch from
                pg_catalog.clock_timestamp() - coalesce(h.at, i.joined_at))::double precision as silent_seconds
            from holdfast.incarnation i join holdfast.node n on n.number = i.number
            left join lateral (select h.at from holdfast.heartbeat h
                where h.incarnation = i.id order by h.counter desc limit 1) h on true
            where not exists (select from holdfast.fence f where f.incarnation = i.id and f.connection = -1)
            order by n.name""")
    @RegisterConstructorMapper(Node.class)
    List<Node> nodes();

    /** A bucket, and whether a node that sends heartbeats owns it. */
    record Bucket(int bucket, boolean owned) {}

    /** All buckets. A heartbeat counts if it is not older than the given silence. */
    @SqlQuery("""
            with alive as (
                select i.id from holdfast.incarnation i
                left join lateral (select h.at from holdfast.heartbeat h
                    where h.incarnation = i.id order by h.counter desc limit 1) h on true
                where coalesce(h.at, i.joined_at)
                        >= pg_catalog.clock_timestamp() - :silenceMillis * interval '1 millisecond'
                    and not exists (select from holdfast.fence f where f.incarnation = i.id and f.connection = -1)),
            owner as (
                select distinct on (b.bucket) b.bucket, b.incarnation from holdfast.bucket b
                order by b.bucket, b.epoch desc)
            select o.bucket, exists (select from alive a where a.id = o.incarnation) as owned
            from owner o order by o.bucket""")
    @RegisterConstructorMapper(Bucket.class)
    List<Bucket> buckets(@Bind("silenceMillis") long silenceMillis);
}
