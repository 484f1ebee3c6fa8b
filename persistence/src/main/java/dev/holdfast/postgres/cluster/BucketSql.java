package dev.holdfast.postgres.cluster;

import java.util.List;
import java.util.UUID;
import org.jdbi.v3.sqlobject.config.RegisterConstructorMapper;
import org.jdbi.v3.sqlobject.customizer.Bind;
import org.jdbi.v3.sqlobject.statement.SqlQuery;
import org.jdbi.v3.sqlobject.statement.SqlUpdate;

/**
 * Statements on holdfast.bucket, and on what lies in it. A change of owner adds the next epoch; of two concurrent
 * changes one succeeds.
 */
public interface BucketSql {
    /** A bucket, and the epoch since which it is owned. */
    record Owned(int bucket, long epoch) {}

    /**
     * Takes buckets that were free at these epochs; returns those whose newest epoch is still the observed one. After
     * {@link dev.holdfast.postgres.fence.FenceSql#holdOffPruning}, for the reasons in {@link BucketTable}.
     */
    @SqlQuery("""
            insert into holdfast.bucket (bucket, epoch, incarnation)
            select k.bucket, k.epoch + 1, :incarnation
            from unnest(:buckets::integer[], :epochs::bigint[]) as k(bucket, epoch)
            where k.epoch = (select max(b.epoch) from holdfast.bucket b where b.bucket = k.bucket)
            on conflict do nothing returning bucket, epoch""")
    @RegisterConstructorMapper(Owned.class)
    List<Owned> claim(
            @Bind("incarnation") UUID incarnation, @Bind("buckets") int[] buckets, @Bind("epochs") long[] epochs);

    /** Releases a bucket that is owned since this epoch; does nothing if it has another owner by now. */
    @SqlUpdate("""
            insert into holdfast.bucket (bucket, epoch) values (:bucket, :epoch + 1) on conflict do nothing""")
    void release(@Bind("bucket") int bucket, @Bind("epoch") long epoch);

    /** Releases all buckets of an incarnation that closes, so that the next owner need not wait for its lease. */
    @SqlUpdate("""
            insert into holdfast.bucket (bucket, epoch)
            select o.bucket, o.epoch + 1 from (
                select distinct on (b.bucket) b.bucket, b.epoch, b.incarnation from holdfast.bucket b
                order by b.bucket, b.epoch desc) o
            where o.incarnation = :incarnation on conflict do nothing""")
    void releaseAll(@Bind("incarnation") UUID incarnation);

    /** The latest era of acceptance of all workflows that lie in a later one; 0 while there is none. */
    @SqlQuery("select coalesce(pg_catalog.max(h.accepted_era), 0) from holdfast.home h")
    int latestRehomed();
}
