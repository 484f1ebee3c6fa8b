package dev.holdfast.postgres.retention;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;
import org.jspecify.annotations.Nullable;

/** Statements that let ended workflows go. */
interface RetentionSql {
    /**
     * How far a look got.
     *
     * @param last where the next one goes on; null at the end
     */
    record Look(@Nullable UUID last, int removed) {}

    /** A workflow in an era that is about to go, known by the one that it was accepted in. */
    record Candidate(UUID uid, int acceptedEra, boolean stays) {}

    /** How far one table has let go of an era. */
    record Partition(boolean attached, boolean pending) {}

    /** Only what was accepted before this may be over, and not go soon enough with its era; empty where nothing is. */
    @SqlQuery("select until from holdfast.removable() where until is not null")
    Optional<Instant> removableUntil();

    /** Takes away what is over, among the next ones of a bucket. */
    @SqlQuery("select last, removed from holdfast.expire(:bucket, :after, :limit)")
    @RegisterConstructorMapper(Look.class)
    Look expire(@Bind("bucket") int bucket, @Bind("after") UUID after, @Bind("limit") int limit);

    /** When what ended just now could go with its era; empty where nothing does. */
    @SqlQuery("select pg_catalog.clock_timestamp() - keep from holdfast.kept_for('*', '*') where keep is not null")
    Optional<Instant> keptSince();

    /** The oldest era that has tables, if there is one before this. */
    @SqlQuery("""
            select pg_catalog.min(pg_catalog.split_part(c.relname, '_', 2)::integer)
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'holdfast' and c.relkind = 'r' and c.relname ~ '^(workflow|log|ended)_[0-9]+$'
                and pg_catalog.split_part(c.relname, '_', 2)::integer < :before""")
    @Nullable
    Integer oldestEra(@Bind("before") int before);

    /** The buckets in which nothing of an era is kept any more. */
    @SqlQuery("select c.bucket from holdfast.cleared c where c.era = :era")
    List<Integer> cleared(@Bind("era") int era);

    @SqlUpdate("insert into holdfast.cleared (bucket, era) values (:bucket, :era) on conflict do nothing")
    void clear(@Bind("bucket") int bucket, @Bind("era") int era);

    /** The next workflows of a bucket in an era. */
    @SqlQuery("select s.uid, s.accepted_era, s.stays from holdfast.survivors(:era, :bucket, :after, :limit) s")
    @RegisterConstructorMapper(Candidate.class)
    List<Candidate> survivors(
            @Bind("era") int era, @Bind("bucket") int bucket, @Bind("after") UUID after, @Bind("limit") int limit);

    /** What there is of a table of an era; empty when it is gone. */
    @SqlQuery("""
            select i.inhrelid is not null as attached, coalesce(i.inhdetachpending, false) as pending
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            left join pg_catalog.pg_inherits i on i.inhrelid = c.oid
            where n.nspname = 'holdfast' and c.relname = :table""")
    @RegisterConstructorMapper(Partition.class)
    Optional<Partition> partition(@Bind("table") String table);

    /** Takes away keys and dead letters of what went with an era, some at a time; returns how many. */
    @SqlQuery("select holdfast.forget_era(:era, :limit)")
    int forget(@Bind("era") int era, @Bind("limit") int limit);
}
