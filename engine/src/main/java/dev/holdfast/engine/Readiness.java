package dev.holdfast.engine;

import dev.holdfast.HoldfastException;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.spi.Store;
import java.util.ArrayList;
import java.util.List;

/** The checks of readiness: membership, those of the store, the lease, and room in the queue. Stateless. */
final class Readiness {
    private static final String MEMBER = "member";

    private Readiness() {}

    /** A closed node has nothing else to check. */
    static List<HealthCheck> closed() {
        return List.of(new HealthCheck(MEMBER, false, "this node is closed"));
    }

    static List<HealthCheck> open(Store store) {
        List<HealthCheck> checks = new ArrayList<>();
        checks.add(new HealthCheck(MEMBER, true, "this node has joined"));
        checks.addAll(store.checks());
        boolean leased = store.ownership().leaseHeld();
        checks.add(new HealthCheck(
                "lease",
                leased,
                leased
                        ? "it runs"
                        : "it does not run: no heartbeat was committed in time, the database is not adopted, or another"
                                + " process has taken over"));
        checks.add(room(store));
        return checks;
    }

    private static HealthCheck room(Store store) {
        try {
            store.requireRoom();
            return new HealthCheck("queue", true, "there is room for what is to be written");
        } catch (HoldfastException e) {
            return new HealthCheck("queue", false, String.valueOf(e.getMessage()));
        }
    }
}
