package dev.holdfast.engine.execution;

import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.StoredWorkflow;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The deadline of one execution. Counts by the store's clock from the time at which the workflow was read, so that one
 * that is loaded when it is due finds it passed. Immutable.
 *
 * @param time null if it has none
 * @param began by the store's clock
 * @param error how far {@code began} may be ahead of that clock
 * @param platform whose monotonic clock counts
 * @param beganNanos the same by that clock
 */
public record Deadline(@Nullable Instant time, Instant began, Duration error, Platform platform, long beganNanos) {
    /** No deadline. */
    public static final Deadline NONE = new Deadline(null, Instant.EPOCH, Duration.ZERO, new Platform(), 0);

    /** Of a workflow that was read from the store; {@code time} may be null. */
    public static Deadline of(@Nullable Instant time, StoredWorkflow stored, Platform platform) {
        return new Deadline(time, stored.readAt(), Duration.ZERO, platform, platform.nanoTime());
    }

    /** Of a workflow that was just accepted; {@code time} may be null. */
    public static Deadline of(@Nullable Instant time, Ownership ownership, Platform platform) {
        return time == null
                ? NONE
                : new Deadline(time, ownership.now(), Ownership.CLOCK_ERROR, platform, platform.nanoTime());
    }

    /** The time that is left, more or less; null if it has none. */
    @Nullable
    Duration left() {
        return time == null ? null : Duration.between(began, time).minusNanos(platform.nanoTime() - beganNanos);
    }

    /** Whether it has passed without any doubt. */
    boolean isPassed() {
        Duration left = left();
        return left != null && !left.plus(error).isPositive();
    }
}
