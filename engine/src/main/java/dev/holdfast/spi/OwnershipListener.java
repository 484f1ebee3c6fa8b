package dev.holdfast.spi;

import java.util.Set;

/**
 * Called by the store when buckets change hands, one call at a time except for {@link #lost}. Implemented by the
 * engine.
 */
public interface OwnershipListener {
    /**
     * This node owns these buckets from now on, and must load the workflows that were running in them. New workflows
     * are accepted in them once this returns.
     */
    void gained(Set<Integer> buckets) throws InterruptedException;

    /**
     * Another node needs these buckets: their workflows must leave at their next step. Called again until they have
     * left.
     */
    void vacate(Set<Integer> buckets);

    /**
     * This node owns nothing any more and must stop everything at once. The store joins again by itself. Called on any
     * of its threads.
     */
    void lost(OwnershipLostException reason);

    /** The store may have new work for this node: poll at once. Called on any thread. */
    void wake();

    /** The number of loaded workflows, for operators. Called on any thread. */
    int loaded();
}
