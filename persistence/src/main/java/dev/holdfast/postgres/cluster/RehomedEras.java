package dev.holdfast.postgres.cluster;

import org.jdbi.v3.core.Jdbi;

/**
 * Knows whether the rows of a workflow that this node owns may lie in a later era than the one it was accepted in: only
 * then a batch looks. Only owners take workflows to other eras, so that it is enough to ask when buckets are taken.
 * Safe for all threads.
 */
public final class RehomedEras {
    /** Of all workflows that were taken elsewhere, the latest era of acceptance; 0 while there is none. */
    private volatile int latest;

    /** What former owners have done; to be called before anything runs in a bucket that was taken. */
    void read(Jdbi jdbi) {
        raise(jdbi.withExtension(BucketSql.class, BucketSql::latestRehomed));
    }

    /** Some that were accepted in this era are about to be taken elsewhere. */
    public synchronized void raise(int era) {
        latest = Math.max(latest, era);
    }

    /** Whether any workflow has been taken elsewhere. */
    public boolean isPossible() {
        return latest > 0;
    }

    /** Whether one that was accepted in this era may lie in a later one. */
    public boolean mayBeElsewhere(int era) {
        return era <= latest;
    }
}
