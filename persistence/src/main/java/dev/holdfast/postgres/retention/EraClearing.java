package dev.holdfast.postgres.retention;

import dev.holdfast.spi.WorkflowKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Closes an era, and finds what is kept in the owned buckets of it, a bounded number of workflows per round. Used by
 * {@link Retention}. One thread.
 *
 * <p><b>No lock, and nothing missed.</b> An acceptance gets its transaction id before it looks whether the era is
 * closed. Buckets are looked through only after all transactions have ended that had an id when the closing was
 * committed: what they accepted is seen, and all others find the era closed. A transaction whose snapshot is older than
 * its id passes both checks. Therefore the last look decides, which {@code holdfast.drop_workflows} takes when nobody
 * can write any more.
 */
final class EraClearing {
    private static final int PAGE = 500;
    private static final int PAGES_MAX = 64;
    private static final int SURVIVORS_MAX = 1_000;

    private final int era;
    private final Map<Integer, BucketClearing> buckets = new HashMap<>();
    /** The next transaction id when the era was closed; 0 before. */
    private long closedAt;
    /** The rules of retention by which the buckets are looked through. */
    private long rules;

    EraClearing(int era) {
        this.era = era;
    }

    int era() {
        return era;
    }

    /** Whether what was accepted in the era is all visible. */
    boolean isSettled(RetentionSql sql) {
        if (closedAt == 0) {
            sql.close(era);
            closedAt = sql.nextTransaction();
        }
        return sql.oldestTransaction() >= closedAt;
    }

    /** Looks further through the owned buckets; returns workflows that must be copied to a later era. */
    List<WorkflowKey> advance(RetentionSql sql, Collection<Integer> owned) {
        long now = sql.rules();
        if (now != rules) { // what was to go may have to stay
            buckets.clear();
            rules = now;
        }
        Set<Integer> open = new HashSet<>(owned);
        open.removeAll(sql.cleared(era));
        buckets.keySet().retainAll(open);
        List<WorkflowKey> survivors = new ArrayList<>();
        int pages = 0;
        for (int bucket : open) {
            BucketClearing clearing =
                    buckets.computeIfAbsent(bucket, number -> new BucketClearing(era, number, sql.oldestTransaction()));
            clearing.examineWaiting(sql);
            while (!clearing.isAtEnd()
                    && pages < PAGES_MAX
                    && survivors.size() + clearing.waiting().size() < SURVIVORS_MAX) {
                clearing.examineNext(sql, PAGE);
                pages += clearing.isAtEnd() ? 0 : 1; // the last page of a bucket is not counted
            }
            survivors.addAll(clearing.waiting());
            if (clearing.finish(sql, rules)) {
                buckets.remove(bucket);
            }
        }
        return survivors;
    }
}
