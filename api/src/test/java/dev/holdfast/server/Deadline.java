package dev.holdfast.server;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Polls a value until it is as expected, or a deadline has passed. */
public final class Deadline {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Deadline() {}

    public static <T> T until(Supplier<T> question, Predicate<T> expected) {
        long start = System.nanoTime();
        T seen = question.get();
        while (!expected.test(seen)) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                throw new AssertionError("still " + seen + " after " + LIMIT);
            }
            Thread.onSpinWait();
            seen = question.get();
        }
        return seen;
    }
}
