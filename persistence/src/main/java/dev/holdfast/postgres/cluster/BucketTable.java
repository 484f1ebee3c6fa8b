package dev.holdfast.postgres.cluster;

import dev.holdfast.postgres.fence.FenceSql;
import dev.holdfast.postgres.fence.Incarnation;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/**
 * Claims and releases buckets in the database for one incarnation. Called by the balancer. Throws
 * {@link org.jdbi.v3.core.JdbiException} when the database fails. Safe for all threads.
 *
 * <p>An epoch belongs to one owner for ever, although old epochs are pruned:
 *
 * <ul>
 *   <li>A claim observes epoch e and hangs. Others claim e + 1 and release it as e + 2, and e + 1 is pruned. Epoch e +
 *       1 is free again, so the unique key alone would let the late claim in: a second owner. The claim therefore
 *       checks in the same statement that e is still the newest epoch, and the newest epoch is never pruned.
 *   <li>The statement may hang too, between its snapshot, in which e is the newest epoch, and its insert. Then the
 *       check passes on what was true before. Here the unique key must refuse, so no row may be pruned between this
 *       snapshot and this insert. The claim takes the pruning lock shared in a statement before, and pruning takes it
 *       exclusively or does nothing. A row that was inserted after the snapshot is therefore still there.
 *   <li>Two claims of e + 1 that run at the same time both pass the check. The unique key lets one in; the lock is
 *       shared, so neither waits for the other's lock.
 *   <li>A release that hangs adds e + 1 below a newer epoch. Such a row owns nothing and is pruned again.
 * </ul>
 */
public final class BucketTable {
    private final Jdbi jdbi;
    private final Incarnation incarnation;

    public BucketTable(Jdbi jdbi, Incarnation incarnation) {
        this.jdbi = jdbi;
        this.incarnation = incarnation;
    }

    /** The owner for which this claims. */
    Incarnation incarnation() {
        return incarnation;
    }

    /** Claims buckets whose newest epochs were observed as {@code epochs}; returns those that this incarnation got. */
    List<BucketSql.Owned> claim(int[] buckets, long[] epochs) {
        return jdbi.inTransaction(tx -> {
            tx.attach(FenceSql.class).holdOffPruning();
            return tx.attach(BucketSql.class).claim(incarnation.id(), buckets, epochs);
        });
    }

    /** Releases buckets that are owned since these epochs. */
    void release(Map<Integer, Long> epochs) {
        jdbi.useExtension(BucketSql.class, sql -> epochs.forEach(sql::release));
    }

    /** The latest era of acceptance of all workflows that lie in a later one; 0 while there is none. */
    int latestRehomed() {
        return jdbi.withExtension(BucketSql.class, BucketSql::latestRehomed);
    }
}
