package dev.holdfast.admin;

import java.time.Duration;
import java.time.Instant;

/**
 * A node as people see it, by its last heartbeat. Read from the store; immutable.
 *
 * @param version of Holdfast that it runs
 * @param joinedAt when this process became the node
 * @param buckets how many slices of all workflows it owns
 * @param epoch the highest epoch of its buckets, 0 while it owns none
 * @param loaded workflows that it runs
 * @param waiting workflows in its buckets that lie in the database until they are due
 * @param leaseAge how long ago it said that it lives, by the database's clock
 */
public record NodeSummary(
        String name,
        String version,
        Instant joinedAt,
        int buckets,
        long epoch,
        int loaded,
        int waiting,
        Duration leaseAge) {}
