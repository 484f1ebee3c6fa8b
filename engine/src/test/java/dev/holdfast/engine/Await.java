package dev.holdfast.engine;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits on conditions, with a deadline that fails the test. */
public final class Await {
    /** Long, because it is only ever waited out by a test that fails. */
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private static final Duration INTERVAL = Duration.ofMillis(1);

    private Await() {}

    /** Returns once it is so. */
    public static void until(String what, BooleanSupplier condition) {
        until(what, DEADLINE, condition);
    }

    /** Returns once it is so, within this time. */
    public static void until(String what, Duration deadline, BooleanSupplier condition) {
        long end = System.nanoTime() + deadline.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + deadline + ": " + what);
            }
            LockSupport.parkNanos(INTERVAL.toNanos());
        }
    }

    /** Returns when this time is over. */
    public static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        until("the time is over", time.plus(DEADLINE), () -> System.nanoTime() - until > 0);
    }

    /** What the future comes to. */
    public static <T> T done(Future<T> future) {
        try {
            return future.get(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What the future fails with. */
    public static Throwable failure(Future<?> future) {
        try {
            Object value = future.get(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
            throw new AssertionError("expected a failure, got " + value);
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
