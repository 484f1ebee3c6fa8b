package dev.holdfast.spi;

import java.util.Set;

/**
 * Called by the store when buckets change their owner. {@link #gained} and {@link #vacate} are called one at a time.
 * Implemented by the engine.
 */
public interface OwnershipListener {
    /**
     * This node owns these buckets from now on, and must load the workflows that were running in them. It starts new
     * workflows in them only after this returns.
     */
    void gained(Set<Integer> buckets) throws InterruptedException;

    /**
     * These buckets are being given up: their workflows must leave at their next step. Called again until all have
     * left, or the buckets are kept.
     */
    void vacate(Set<Integer> buckets);

    /**
     * This node owns nothing any more and must stop all workflows at once. The store joins again by itself. Called on
     * any of its threads.
     */
    void lost(OwnershipLostException reason);

    /** The store may have new work for this node: poll at once. Called on any thread. */
    void wake();

    /** Returns the number of loaded workflows, for operators. Called on any thread. */
    int loaded();
}
