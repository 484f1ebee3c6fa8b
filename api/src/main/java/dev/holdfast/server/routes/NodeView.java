package dev.holdfast.server.routes;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.NodeSummary;
import java.time.Instant;
import java.util.List;

/** JSON of a node. */
record NodeView(
        String name,
        String version,
        Instant joinedAt,
        List<String> definitions,
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
                node.definitions().stream().map(DefinitionVersion::text).toList(),
                node.buckets(),
                node.epoch(),
                node.loaded(),
                node.waiting(),
                node.leaseAge().toMillis());
    }
}
