package dev.holdfast.postgres.node;

import dev.holdfast.admin.HealthCheck;
import dev.holdfast.postgres.read.BackgroundCount;
import dev.holdfast.postgres.read.DatabaseProbe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The checks of readiness that the store has. Workflows that wait for a version are named, but make no node unready,
 * since it serves all others. Safe for all threads.
 */
public record StoreChecks(DatabaseProbe database, NodeSession session, BackgroundCount byMissingVersion) {
    /** Runs the checks of the database, and names the missing versions as counted lately. Returns within 2 s. */
    public List<HealthCheck> all() {
        List<HealthCheck> checks = new ArrayList<>(database.check());
        checks.add(versions());
        return checks;
    }

    private HealthCheck versions() {
        Map<String, Long> missing = byMissingVersion.of(session.ownedBuckets());
        String detail = missing.isEmpty()
                ? "no workflow of this node waits for a version"
                : new TreeMap<>(missing)
                        .entrySet().stream()
                                .map(one -> one.getKey() + " (" + one.getValue() + ")")
                                .collect(Collectors.joining(
                                        ", ",
                                        "workflows of this node wait for versions that are not registered on it: ",
                                        "; start nodes that register them, and stop those that do not"));
        return new HealthCheck("versions", true, detail);
    }

    /** Fails the checks of the database from now on. */
    public void close() {
        database.close();
    }
}
