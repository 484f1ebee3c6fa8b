package dev.holdfast.postgres.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Watches whether other incarnations are silent, by this process's own monotonic clock: dead is who was seen with the
 * same counter for a full lease, on one and the same server, without a gap of over half a lease between two looks. No
 * wall clock, neither of a node nor of the database, has a say. One thread.
 */
final class FailureDetector {
    /** {@code spoke}: the counter has moved between two looks. */
    private record Seen(long counter, long sinceNanos, boolean spoke) {}

    private final long leaseNanos;
    private final Map<UUID, Seen> seen = new HashMap<>();
    private String server = "";
    private long askedNanos;
    private long answeredNanos;

    FailureDetector(Duration lease) {
        this.leaseNanos = lease.toNanos();
    }

    /**
     * A look at the counters of all who are watched, asked for and answered at these times of the monotonic clock; a
     * gap, or another server, starts everything over.
     */
    void observe(String current, Map<UUID, Long> counters, long asked, long answered) {
        if (!current.equals(server) || answered - answeredNanos > leaseNanos / 2) {
            seen.clear();
        }
        server = current;
        askedNanos = asked;
        answeredNanos = answered;
        seen.keySet().retainAll(counters.keySet());
        counters.forEach((incarnation, counter) -> seen.merge(
                incarnation,
                new Seen(counter, answered, false),
                (before, first) -> before.counter() == counter ? before : new Seen(counter, answered, true)));
    }

    /** Whether this one has been silent for a full lease, as of the last look. */
    boolean isSilent(UUID incarnation) {
        Seen before = seen.get(incarnation);
        return before != null && askedNanos - before.sinceNanos() >= leaseNanos;
    }

    /** How long after the last look somebody could have been silent for a lease; at most one lease. */
    Duration untilSilence() {
        long soonest = leaseNanos;
        for (Seen one : seen.values()) {
            long left = one.sinceNanos() + leaseNanos - answeredNanos;
            soonest = left > 0 ? Math.min(soonest, left) : soonest;
        }
        return Duration.ofNanos(soonest);
    }

    /** Whether it was seen to say something. */
    boolean isAlive(UUID incarnation) {
        Seen before = seen.get(incarnation);
        return before != null && before.spoke();
    }
}
