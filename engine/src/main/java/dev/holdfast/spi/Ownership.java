package dev.holdfast.spi;

import java.time.Duration;
import java.time.Instant;

/** The buckets of this node, and whether it may still run their workflows. Reads memory only; safe for all threads. */
public interface Ownership {
    /** The name of this node. */
    String node();

    /** The number of this node in log records. */
    int nodeNumber();

    /** Returns the epoch of an owned bucket. Throws {@link OwnershipLostException} if this node does not own it. */
    long epoch(int bucket);

    /** How far {@link #now} may be ahead of the store's clock. */
    Duration CLOCK_ERROR = Duration.ofSeconds(1);

    /** The time by the store's clock: what it was at the last heartbeat, and the time since then by this process. */
    Instant now();

    /** Whether this node holds its lease, which is counted from the sending of its last committed heartbeat. */
    boolean leaseHeld();

    /** Throws {@code NotAdoptedException} while this node waits until its database, a restored copy, is adopted. */
    void requireAdopted();

    /**
     * Waits until the lease is held. Throws {@link OwnershipLostException} if that never happens, because another
     * process has taken over.
     */
    void awaitLease() throws InterruptedException;
}
