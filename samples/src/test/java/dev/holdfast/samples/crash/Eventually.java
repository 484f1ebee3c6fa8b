package dev.holdfast.samples.crash;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits on conditions, with a deadline that fails the test. */
final class Eventually {
    /** Long, because only failing tests wait so long. */
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final Duration INTERVAL = Duration.ofMillis(2);

    private Eventually() {}

    /** Waits until the condition holds. */
    static void until(String what, BooleanSupplier condition) {
        within(DEADLINE, what, condition);
    }

    /** As above, with the given deadline. Returns the time that it took. */
    static Duration within(Duration deadline, String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        if (!happens(deadline, condition)) {
            throw new AssertionError("not within " + deadline + ": " + what);
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Whether the condition holds within this time. */
    static boolean happens(Duration time, BooleanSupplier condition) {
        long end = System.nanoTime() + time.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
        return true;
    }
}
