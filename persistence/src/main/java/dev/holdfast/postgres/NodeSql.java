package dev.holdfast.postgres;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/** Statements on the control tables: settings, node, heartbeat, bucket. */
interface NodeSql {
    /** What is fixed for an installation. */
    record Settings(int buckets, long idSeed, long eraSeconds, Instant initialisedAt) {}

    /** A node name in use. */
    record Node(int number, UUID incarnation) {}

    /** Who owns buckets. */
    record Owner(String owner, UUID incarnation) {}

    /** A bucket that is owned. */
    record Owned(int bucket, long epoch) {}

    /** Fails where a session of this role on this database would be less than durable. */
    @SqlQuery("select holdfast.require_durable()::text")
    String requireDurable();

    /** The first node to come fixes the settings; later ones read them. */
    @SqlUpdate("""
            insert into holdfast.settings (buckets, id_seed, era_seconds) values (:buckets, :seed, :era)
            on conflict do nothing""")
    void initialise(@Bind("buckets") int buckets, @Bind("seed") long seed, @Bind("era") long eraSeconds);

    @SqlQuery("select buckets, id_seed, era_seconds, initialised_at from holdfast.settings")
    @RegisterConstructorMapper(Settings.class)
    Settings settings();

    /** One row for each bucket; there for good. */
    @SqlUpdate("""
            insert into holdfast.bucket (bucket) select b from pg_catalog.generate_series(0, :buckets - 1) b
            on conflict do nothing""")
    void addBuckets(@Bind("buckets") int buckets);

    @SqlQuery("select pg_catalog.clock_timestamp()")
    Instant now();

    @SqlQuery("select holdfast.add_era(:era)")
    boolean addEra(@Bind("era") int era);

    /** The incarnation of a name, if the name was ever used. */
    @SqlQuery("select number, incarnation from holdfast.node where name = :name")
    @RegisterConstructorMapper(Node.class)
    Optional<Node> find(@Bind("name") String name);

    /** A name's first incarnation; empty when somebody else was faster. */
    @SqlQuery("""
            insert into holdfast.node (name, incarnation, joined_at) values (:name, :incarnation, clock_timestamp())
            on conflict do nothing returning number""")
    Optional<Integer> add(@Bind("name") String name, @Bind("incarnation") UUID incarnation);

    /** The next incarnation of a name; 0 when somebody else was faster. */
    @SqlUpdate("""
            update holdfast.node set incarnation = :incarnation, joined_at = clock_timestamp()
            where name = :name and incarnation = :former""")
    int replace(@Bind("name") String name, @Bind("incarnation") UUID incarnation, @Bind("former") UUID former);

    /** Says that an incarnation lives; empty when it is fenced. */
    @SqlQuery("""
            insert into holdfast.heartbeat (incarnation, counter)
            select :incarnation, :counter where not exists (
                select from holdfast.fence f where f.incarnation = :incarnation and f.connection = -1)
            returning at""")
    Optional<Instant> beat(@Bind("incarnation") UUID incarnation, @Bind("counter") long counter);

    /** What another one has said last; 0 when nothing. */
    @SqlQuery("select coalesce(max(counter), 0) from holdfast.heartbeat where incarnation = :incarnation")
    long counter(@Bind("incarnation") UUID incarnation);

    /** The heartbeats that nobody needs any more, but for rows that somebody has locked. */
    @SqlUpdate("""
            delete from holdfast.heartbeat where (incarnation, counter) in (
                select h.incarnation, h.counter from holdfast.heartbeat h
                where h.incarnation = :incarnation and h.counter < :below for update skip locked)""")
    int prune(@Bind("incarnation") UUID incarnation, @Bind("below") long below);

    /** Something that changes when the server was restarted or failed over. */
    @SqlQuery("select pg_catalog.pg_postmaster_start_time()::text")
    String server();

    /** One claim at a time. */
    @SqlQuery("select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('holdfast.bucket', 0))::text")
    String lockClaims();

    /** Who owns buckets, and is not this one. */
    @SqlQuery("""
            select distinct owner, incarnation from holdfast.bucket
            where incarnation is not null and incarnation <> :incarnation""")
    @RegisterConstructorMapper(Owner.class)
    List<Owner> others(@Bind("incarnation") UUID incarnation);

    /** Takes what is free or belonged to the dead. */
    @SqlUpdate("""
            update holdfast.bucket set owner = :name, incarnation = :incarnation, epoch = epoch + 1
            where incarnation is null or incarnation = any (:dead)""")
    int claim(@Bind("name") String name, @Bind("incarnation") UUID incarnation, @Bind("dead") UUID[] dead);

    @SqlQuery("select bucket, epoch from holdfast.bucket where incarnation = :incarnation")
    @RegisterConstructorMapper(Owned.class)
    List<Owned> owned(@Bind("incarnation") UUID incarnation);

    /** Gives up what is owned. */
    @SqlUpdate("update holdfast.bucket set owner = null, incarnation = null where incarnation = :incarnation")
    int release(@Bind("incarnation") UUID incarnation);
}
