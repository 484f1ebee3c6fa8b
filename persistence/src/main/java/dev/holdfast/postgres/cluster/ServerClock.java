package dev.holdfast.postgres.cluster;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The database's clock without asking it each time: the monotonic clock of this process and its distance from what the
 * database has said. An answer was given at some moment between question and answer; while the distance agrees with
 * that it stays as it is, so that a slow answer does not turn the clock back. One thread sets it, all may read it.
 */
final class ServerClock {
    private volatile long distance;

    /** Sets it to {@code said}, which was just heard. */
    void set(Instant said) {
        distance = nanos(said) - System.nanoTime();
    }

    /**
     * Corrects it: {@code said} is the answer to a question asked at {@code asked} and answered at {@code answered}.
     */
    void correct(Instant said, long asked, long answered) {
        distance = Math.clamp(distance, nanos(said) - answered, nanos(said) - asked);
    }

    Instant now() {
        return Instant.ofEpochSecond(0, System.nanoTime() + distance);
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }
}
