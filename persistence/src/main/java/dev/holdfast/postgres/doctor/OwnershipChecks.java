package dev.holdfast.postgres.doctor;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Checks for a restored copy and for the heartbeats of nodes, and finds buckets without a living owner. */
final class OwnershipChecks {
    private static final String START = "Start a node of the application, which registers its workflows.";

    private final Limits limits;

    OwnershipChecks(Limits limits) {
        this.limits = limits;
    }

    List<Check> all() {
        return List.of(
                new Check("adopted", OwnershipChecks::adopted),
                new Check("nodes", this::nodes),
                new Check("buckets", this::buckets));
    }

    private static Finding adopted(Handle handle) {
        Optional<OwnershipSql.Identity> identity =
                handle.attach(OwnershipSql.class).identity();
        if (identity.filter(OwnershipSql.Identity::restored).isPresent()) {
            return Finding.degraded(
                    "adopted",
                    "this database is a restored copy that nobody has adopted: no node runs anything in it",
                    "See docs/operations.md, \"A restored copy\": first `./holdfast adopt --list`, then"
                            + " `./holdfast adopt --reason ...` if the original is gone.");
        }
        return identity.filter(found -> !found.complete()).isPresent()
                ? Finding.noData(
                        "adopted",
                        "the identifier of the server cannot be read, so a copy on another server may not be noticed",
                        "Grant execute on function pg_catalog.pg_control_system() to the role of the nodes, and mark"
                                + " restored copies: `./holdfast serve --restored`.")
                : Finding.ok("adopted", "this database is no restored copy, or was adopted");
    }

    private Finding nodes(Handle handle) {
        List<OwnershipSql.Node> nodes = handle.attach(OwnershipSql.class).nodes();
        if (nodes.isEmpty()) {
            return Finding.degraded("nodes", "no node runs", START);
        }
        String seen = nodes.stream()
                .map(node -> node.name()
                        + (node.gateway() ? " (gateway)" : "")
                        + (isSilent(node) ? " silent for " + (long) node.silentSeconds() + " s" : " lives"))
                .collect(Collectors.joining(", "));
        if (nodes.stream().allMatch(OwnershipSql.Node::gateway)) {
            return Finding.degraded("nodes", seen + ": none of them registers workflows", START);
        }
        return nodes.stream().anyMatch(this::isSilent)
                ? Finding.degraded(
                        "nodes",
                        seen,
                        "Start it again, or another one: other nodes take its buckets over within a few leases.")
                : Finding.ok("nodes", seen);
    }

    private boolean isSilent(OwnershipSql.Node node) {
        return node.silentSeconds() * 1e9 > limits.silence().toNanos();
    }

    private Finding buckets(Handle handle) {
        List<OwnershipSql.Bucket> all =
                handle.attach(OwnershipSql.class).buckets(limits.silence().toMillis());
        if (all.isEmpty()) {
            return Finding.degraded("buckets", "there are none yet: no node has started here", START);
        }
        long without = all.stream().filter(bucket -> !bucket.owned()).count();
        return without == 0
                ? Finding.ok("buckets", "all " + all.size() + " have a living owner")
                : Finding.degraded(
                        "buckets",
                        without + " of " + all.size() + " have no living owner: their workflows wait",
                        START + " If such nodes run, wait for a few leases and run the doctor again.");
    }
}
