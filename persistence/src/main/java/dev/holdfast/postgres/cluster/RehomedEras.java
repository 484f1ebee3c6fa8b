package dev.holdfast.postgres.cluster;

/**
 * Whether the rows of a workflow of this node may lie in a later era than that of its creation; only then a batch looks
 * for the later era. Only owners copy workflows to later eras, so the database is read only when buckets are taken
 * over. Used by writers, retention and the balancer. Safe for all threads.
 */
public final class RehomedEras {
    /** The latest era of acceptance of all workflows that were copied; 0 while there is none. */
    private volatile int latest;

    /**
     * Notes that workflows of this era of acceptance are copied to a later one. Called before the copy, and with what
     * former owners copied before anything runs in a bucket that was taken over.
     */
    public synchronized void raise(int era) {
        latest = Math.max(latest, era);
    }

    /** Whether any workflow was copied to a later era. */
    public boolean isPossible() {
        return latest > 0;
    }

    /** Whether a workflow that was accepted in this era may lie in a later one. */
    public boolean mayBeElsewhere(int era) {
        return era <= latest;
    }
}
