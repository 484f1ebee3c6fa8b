package dev.holdfast.postgres.embedded;

import java.time.Duration;

/**
 * The moment up to which a condition is waited for. A server tells nobody when it is ready or gone, so a condition is
 * looked at again after each {@link #pause()}.
 */
record Deadline(long atNanos) {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    static Deadline in(Duration wait) {
        return new Deadline(System.nanoTime() + wait.toNanos());
    }

    boolean passed() {
        return System.nanoTime() - atNanos >= 0;
    }

    /** What is left, at least one second: PostgreSQL's programs count in whole seconds and take 0 for no wait. */
    long secondsLeft() {
        return Math.max(1, Duration.ofNanos(atNanos - System.nanoTime()).toSeconds());
    }

    void pause() {
        try {
            Thread.sleep(BETWEEN_LOOKS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    static EmbeddedServerException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EmbeddedServerException("Interrupted while waiting for the embedded PostgreSQL.", e);
    }
}
