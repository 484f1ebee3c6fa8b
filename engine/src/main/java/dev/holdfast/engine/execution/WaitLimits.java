package dev.holdfast.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** How long a workflow may wait. Longer waits are mistakes, and could not be stored at all before long. Stateless. */
final class WaitLimits {
    private static final Duration CENTURY = Duration.ofDays(36_525);
    private static final Instant LAST = Instant.EPOCH.plus(CENTURY).plus(CENTURY);

    private WaitLimits() {}

    /** Throws {@link IllegalArgumentException} for a duration that is negative or over a century. */
    static void requireDuration(String method, Duration time) {
        if (time.isNegative() || time.compareTo(CENTURY) > 0) {
            throw new IllegalArgumentException(
                    method + " of " + time + ": expected a duration from 0 to " + CENTURY.toDays() + " days");
        }
    }

    /** Throws {@link IllegalArgumentException} for a time after two centuries of the epoch. */
    static void requireTime(String method, Instant time) {
        Objects.requireNonNull(time, "time");
        if (time.isAfter(LAST)) {
            throw new IllegalArgumentException(method + " " + time + ": expected a time before the year 2170");
        }
    }
}
