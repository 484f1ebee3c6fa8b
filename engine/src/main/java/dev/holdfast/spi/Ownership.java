package dev.holdfast.spi;

/** The buckets of a node, and whether it may still act on them. Reads memory only; safe for all threads. */
public interface Ownership {
    /** The name of this node. */
    String node();

    /** The number of this node in log records. */
    int nodeNumber();

    /** The epoch of a bucket that this node owns. Throws {@link OwnershipLostException}. */
    long epoch(int bucket);

    /** Whether this node's lease, counted from the sending of its last committed heartbeat, still runs. */
    boolean leaseHeld();

    /**
     * Returns once the lease is held, at once if it is. Throws {@link OwnershipLostException} when it never will be,
     * because another process has taken over.
     */
    void awaitLease() throws InterruptedException;
}
