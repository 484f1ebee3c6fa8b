package dev.holdfast.server.auth;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How much one key is used at this node: its rate, and when that was last noted. Safe for all threads. */
final class ApiKeyUsage {
    private static final long NOTE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final double SECOND_NANOS = 1e9;

    private final int ratePerSecond;
    private double left;
    private long countedAt;
    private long notedAt;

    /** A burst of one second's worth is there at once. A rate of 0 is no limit. */
    ApiKeyUsage(int ratePerSecond, long now) {
        this.ratePerSecond = ratePerSecond;
        this.left = ratePerSecond;
        this.countedAt = now;
        this.notedAt = now - NOTE_NANOS;
    }

    /** Takes one request of what the rate allows; else says how long to wait for the next. */
    synchronized Optional<Duration> take(long now) {
        if (ratePerSecond == 0) {
            return Optional.empty();
        }
        left = Math.min(ratePerSecond, left + (now - countedAt) / SECOND_NANOS * ratePerSecond);
        countedAt = now;
        if (left >= 1) {
            left--;
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos((long) ((1 - left) / ratePerSecond * SECOND_NANOS)));
    }

    /** It could not be, so the next use is. */
    synchronized void isNotNoted() {
        notedAt -= NOTE_NANOS;
    }

    /** Whether its use should be noted in the database: once a minute. */
    synchronized boolean isToBeNoted(long now) {
        if (now - notedAt < NOTE_NANOS) {
            return false;
        }
        notedAt = now;
        return true;
    }
}
