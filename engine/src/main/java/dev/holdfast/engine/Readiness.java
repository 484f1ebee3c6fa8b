package dev.holdfast.engine;

import dev.holdfast.HoldfastException;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.spi.Store;
import java.util.ArrayList;
import java.util.List;

/** The checks of readiness: those of the store, the lease, and room in the queue. Stateless. */
final class Readiness {
    private Readiness() {}

    /** {@code mayAct} says whether the node is not closed and holds its lease. */
    static List<HealthCheck> checks(Store store, boolean mayAct) {
        List<HealthCheck> checks = new ArrayList<>(store.checks());
        checks.add(new HealthCheck(
                "lease",
                mayAct,
                mayAct
                        ? "it runs"
                        : "it does not run: no heartbeat was committed in time, or another process has taken over"));
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
