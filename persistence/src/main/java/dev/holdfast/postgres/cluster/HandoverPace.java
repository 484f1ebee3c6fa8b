package dev.holdfast.postgres.cluster;

import java.time.Duration;

/**
 * How many buckets are vacated at a time, and for how long: a vacated bucket starts no workflows, so it is many for a
 * short time, or few for a time in which longer bodies end. One thread.
 */
final class HandoverPace {
    private static final int BUCKETS_MAX = 32;
    private static final Duration TIMEOUT_LEAST = Duration.ofSeconds(10);
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(10);

    private int buckets = BUCKETS_MAX;
    private Duration timeout = TIMEOUT_LEAST;

    int buckets() {
        return buckets;
    }

    Duration timeout() {
        return timeout;
    }

    /** None of them became empty in time. */
    void failed() {
        buckets = Math.max(1, buckets / 2);
        Duration twice = timeout.multipliedBy(2);
        timeout = twice.compareTo(TIMEOUT_MAX) > 0 ? TIMEOUT_MAX : twice;
    }

    /** There is nothing to hand over any more. */
    void reset() {
        buckets = BUCKETS_MAX;
        timeout = TIMEOUT_LEAST;
    }
}
