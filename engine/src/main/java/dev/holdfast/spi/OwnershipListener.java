package dev.holdfast.spi;

import java.util.Set;

/** Told by the store as buckets come and go, one call at a time but for {@link #lost}. Implemented by the engine. */
public interface OwnershipListener {
    /**
     * This node owns them from now on: what was running in them is to be taken up. New workflows are put into them once
     * this returns.
     */
    void gained(Set<Integer> buckets) throws InterruptedException;

    /** These are wanted elsewhere: what runs in them is to leave at its next step. Told again until it has. */
    void vacate(Set<Integer> buckets);

    /**
     * This node owns nothing any more: stop everything, at once. The store joins again by itself. On any of its
     * threads.
     */
    void lost(OwnershipLostException reason);

    /** Something for this node may have come into the store: look at once. On any thread. */
    void wake();

    /** How many workflows run here, for people. On any thread. */
    int loaded();
}
