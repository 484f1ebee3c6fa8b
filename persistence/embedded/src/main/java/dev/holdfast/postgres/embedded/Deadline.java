package dev.holdfast.postgres.embedded;

import java.time.Duration;

/**
 * The deadline of a wait for a condition. A server does not notify when it is ready or gone, so the caller polls after
 * each {@link #pause()}. Immutable.
 */
record Deadline(long atNanos) {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

    static Deadline in(Duration wait) {
        return new Deadline(System.nanoTime() + wait.toNanos());
    }

    boolean passed() {
        return System.nanoTime() - atNanos >= 0;
    }

    /** The remaining seconds, at least one: PostgreSQL's programs count whole seconds, and 0 means no wait. */
    long secondsLeft() {
        return Math.max(1, Duration.ofNanos(atNanos - System.nanoTime()).toSeconds());
    }

    void pause() {
        try {
            Thread.sleep(POLL_INTERVAL);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static EmbeddedServerException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EmbeddedServerException("Interrupted while waiting for the embedded PostgreSQL.", e);
    }
}
