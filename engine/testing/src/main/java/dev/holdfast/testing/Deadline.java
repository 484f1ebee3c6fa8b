package dev.holdfast.testing;

import java.time.Duration;

/** The end of a wait in real time, by the monotonic clock. Immutable. */
record Deadline(long atNanos) {
    static Deadline in(Duration time) {
        return new Deadline(System.nanoTime() + time.toNanos());
    }

    /** The time that is left, at least zero. */
    Duration left() {
        return Duration.ofNanos(Math.max(0, atNanos - System.nanoTime()));
    }
}
