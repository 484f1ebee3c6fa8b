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

/** Statements that delete ended workflows and remove eras. */
interface RetentionSql {
    /**
     * One page of a bucket that was examined for expired workflows.
     *
     * @param last the last workflow of the page; null at the end of the bucket
     * @param removed the number of workflows that were deleted
     */
    record ExpiryPage(@Nullable UUID last, int removed) {}

    /** A workflow in an era that is about to be removed, with the era of its creation. */
    record Candidate(UUID uid, int acceptedEra, boolean stays) {}

    /**
     * The state of a table of an era: whether it is attached to its parent, and whether its detaching is unfinished.
     */
    record Partition(boolean attached, boolean pending) {}

    /** Only workflows accepted before this time may have to be deleted ahead of their era; empty if there are none. */
    @SqlQuery("select until from holdfast.removable() where until is not null")
    Optional<Instant> removableUntil();

    /** Deletes the expired ones among the next workflows of a bucket. */
    @SqlQuery("select last, removed from holdfast.expire(:bucket, :after, :limit)")
    @RegisterConstructorMapper(ExpiryPage.class)
    ExpiryPage expire(@Bind("bucket") int bucket, @Bind("after") UUID after, @Bind("limit") int limit);

    /** A workflow that ended before this time has expired by default; empty if the default keeps workflows for ever. */
    @SqlQuery("select pg_catalog.clock_timestamp() - keep from holdfast.kept_for('*', '*') where keep is not null")
    Optional<Instant> keptSince();

    /** The oldest era before this one that has tables; null if there is none. */
    @SqlQuery("""
            select pg_catalog.min(pg_catalog.split_part(c.relname, '_', 2)::integer)
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = 'holdfast' and c.relkind = 'r' and c.relname ~ '^(workflow|log|ended)_[0-9]+$'
                and pg_catalog.split_part(c.relname, '_', 2)::integer < :before""")
    @Nullable
    Integer oldestEra(@Bind("before") int before);

    /** Tells the rules of retention of one time from those of another. */
    @SqlQuery("select holdfast.rules()")
    long rules();

    /** The buckets of an era in which nothing is kept any more by the rules of now. */
    @SqlQuery("select c.bucket from holdfast.cleared c where c.era = :era and c.rules = holdfast.rules()")
    List<Integer> cleared(@Bind("era") int era);

    /** Lets nothing new into an era, from the commit on. */
    @SqlQuery("select holdfast.close_era(:era)::text")
    String close(@Bind("era") int era);

    /** The next transaction id: every transaction that has a lower one had it before this statement. */
    @SqlQuery("select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::bigint")
    long nextTransaction();

    /** The oldest transaction that has not ended; later statements see all that those before it have written. */
    @SqlQuery("select pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::bigint")
    long oldestTransaction();

    /**
     * Notes that nothing is kept in a bucket of an era, so that later rounds skip it. Does nothing while the table of
     * the workflows is detached, because nobody sees what is in it.
     *
     * @param since what all transactions before this one have written was examined
     * @param rules those by which it was examined
     */
    @SqlUpdate("""
            insert into holdfast.cleared (bucket, era, since, rules)
            select :bucket, :era, (:since)::text::xid8, :rules
            where holdfast.has_era(:era) or to_regclass('holdfast.workflow_' || :era) is null
            on conflict do nothing""")
    void clear(@Bind("bucket") int bucket, @Bind("era") int era, @Bind("since") long since, @Bind("rules") long rules);

    /** The next workflows of a bucket in an era, and whether each is kept there. */
    @SqlQuery("select s.uid, s.accepted_era, s.stays from holdfast.survivors(:era, :bucket, :after, :limit) s")
    @RegisterConstructorMapper(Candidate.class)
    List<Candidate> survivors(
            @Bind("era") int era, @Bind("bucket") int bucket, @Bind("after") UUID after, @Bind("limit") int limit);

    /** Those of some workflows of a bucket in an era that are kept there still, by the era of their creation. */
    @SqlQuery("select s.uid, s.accepted_era, true as stays from holdfast.survivors_of(:era, :bucket, :uids::uuid[]) s")
    @RegisterConstructorMapper(Candidate.class)
    List<Candidate> survivorsOf(@Bind("era") int era, @Bind("bucket") int bucket, @Bind("uids") UUID[] uids);

    /** Opens cleared buckets of an era again if something to be kept was written meanwhile; returns how many. */
    @SqlQuery("select holdfast.recall_late(:era)")
    int recallLate(@Bind("era") int era);

    /** Drops the detached table of the workflows of an era after a last look; false if it is attached instead. */
    @SqlQuery("select holdfast.drop_workflows(:era)")
    boolean dropWorkflows(@Bind("era") int era);

    /** The state of a table of an era; empty if it is dropped. */
    @SqlQuery("""
            select i.inhrelid is not null as attached, coalesce(i.inhdetachpending, false) as pending
            from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            left join pg_catalog.pg_inherits i on i.inhrelid = c.oid
            where n.nspname = 'holdfast' and c.relname = :table""")
    @RegisterConstructorMapper(Partition.class)
    Optional<Partition> partition(@Bind("table") String table);

    /** Deletes a limited number of rows that a removed era leaves in other tables; returns how many. */
    @SqlQuery("select holdfast.forget_era(:era, :limit)")
    int forget(@Bind("era") int era, @Bind("limit") int limit);
}
