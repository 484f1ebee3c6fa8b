package dev.holdfast.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A node as of its last heartbeat. Read by {@link Admin#nodes}. Immutable; times are those of the database's clock.
 *
 * @param name of the node
 * @param version of Holdfast that the node runs
 * @param joinedAt when this process became the node
 * @param definitions the versions that are registered on the node, in order; none on a gateway, which owns no buckets
 * @param buckets slices of all workflows that the node owns
 * @param epoch the highest epoch of its buckets; 0 while it owns none
 * @param loaded workflows that run on the node
 * @param waiting workflows in its buckets that wait in the database until they are due, counted up to 10,000
 * @param leaseAge time since the last heartbeat
 */
public record NodeSummary(
        String name,
        String version,
        Instant joinedAt,
        List<DefinitionVersion> definitions,
        int buckets,
        long epoch,
        int loaded,
        int waiting,
        Duration leaseAge) {
    public NodeSummary {
        definitions = List.copyOf(definitions);
    }
}
