package dev.holdfast.postgres.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Measures the silence of other incarnations by this process's own monotonic clock. An incarnation is silent if all
 * observations of a full lease had the same counter, came from the same server, and no two of them were more than half
 * a lease apart. No wall clock has a say, neither of a node nor of the database. Used by the heartbeat, and by a
 * process that waits for its predecessor. One thread.
 */
final class FailureDetector {
    /**
     * What is known of one incarnation.
     *
     * @param sinceNanos when this counter was first observed
     * @param moved whether the counter has changed between two observations
     */
    private record Signs(long counter, long sinceNanos, boolean moved) {}

    private final long leaseNanos;
    private final Map<UUID, Signs> observed = new HashMap<>();
    private String server = "";
    private long lastSentNanos;
    private long lastAnsweredNanos;

    FailureDetector(Duration lease) {
        this.leaseNanos = lease.toNanos();
    }

    /**
     * Adds an observation of the counters of all watched incarnations, by a query that was sent and answered at these
     * times of the monotonic clock. A gap, or another server, starts all measurements again.
     */
    void observe(String from, Map<UUID, Long> counters, long sentNanos, long answeredNanos) {
        if (!from.equals(server) || answeredNanos - lastAnsweredNanos > leaseNanos / 2) {
            observed.clear();
        }
        server = from;
        lastSentNanos = sentNanos;
        lastAnsweredNanos = answeredNanos;
        observed.keySet().retainAll(counters.keySet());
        counters.forEach((incarnation, counter) -> observed.merge(
                incarnation,
                new Signs(counter, answeredNanos, false),
                (before, first) -> before.counter() == counter ? before : new Signs(counter, answeredNanos, true)));
    }

    /** Whether this incarnation had been silent for a full lease when the last query was sent. */
    boolean isSilent(UUID incarnation) {
        Signs signs = observed.get(incarnation);
        return signs != null && lastSentNanos - signs.sinceNanos() >= leaseNanos;
    }

    /** The time after the last observation until an incarnation can become silent; at most one lease. */
    Duration untilSilence() {
        long soonest = leaseNanos;
        for (Signs signs : observed.values()) {
            long left = signs.sinceNanos() + leaseNanos - lastAnsweredNanos;
            soonest = left > 0 ? Math.min(soonest, left) : soonest;
        }
        return Duration.ofNanos(soonest);
    }

    /** Whether the counter of this incarnation has moved while it was observed. */
    boolean isAlive(UUID incarnation) {
        Signs signs = observed.get(incarnation);
        return signs != null && signs.moved();
    }
}
