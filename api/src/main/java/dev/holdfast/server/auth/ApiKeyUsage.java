package dev.holdfast.server.auth;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The use of one API key at this node: a token bucket for its rate, and the time of the last update in the database.
 * Safe for all threads.
 */
final class ApiKeyUsage {
    private static final long UPDATE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final double SECOND_NANOS = 1e9;

    private final int ratePerSecond;
    private double tokens;
    private long refilledAt;
    private long updatedAt;

    /** Starts with the tokens of one second. A rate of 0 means no limit. */
    ApiKeyUsage(int ratePerSecond, long now) {
        this.ratePerSecond = ratePerSecond;
        this.tokens = ratePerSecond;
        this.refilledAt = now;
        this.updatedAt = now - UPDATE_NANOS;
    }

    /** Takes a token; without one, returns the time until the next. */
    synchronized Optional<Duration> tryTake(long now) {
        if (ratePerSecond == 0) {
            return Optional.empty();
        }
        tokens = Math.min(ratePerSecond, tokens + (now - refilledAt) / SECOND_NANOS * ratePerSecond);
        refilledAt = now;
        if (tokens >= 1) {
            tokens--;
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos((long) ((1 - tokens) / ratePerSecond * SECOND_NANOS)));
    }

    /** Makes the next use update the database again. */
    synchronized void updateFailed() {
        updatedAt -= UPDATE_NANOS;
    }

    /** Whether to record the use in the database, at most once a minute; if so, starts the next minute. */
    synchronized boolean isUpdateDue(long now) {
        if (now - updatedAt < UPDATE_NANOS) {
            return false;
        }
        updatedAt = now;
        return true;
    }
}
