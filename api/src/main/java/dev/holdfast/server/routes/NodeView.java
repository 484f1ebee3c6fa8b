package dev.holdfast.server.routes;

import dev.holdfast.admin.NodeSummary;
import java.time.Instant;

/** JSON of a node. */
record NodeView(
        String name,
        String version,
        Instant joinedAt,
        int buckets,
        long epoch,
        int loaded,
        int waiting,
        long leaseAgeMillis) {
    static NodeView of(NodeSummary node) {
        return new NodeView(
                node.name(),
                node.version(),
                node.joinedAt(),
                node.buckets(),
                node.epoch(),
                node.loaded(),
                node.waiting(),
                node.leaseAge().toMillis());
    }
}
