package dev.holdfast.postgres.cluster;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * The database's clock without a query for each reading: the monotonic clock of this process plus an offset. The server
 * read its clock at an unknown moment between query and answer. The offset stays as it is while it agrees with that, so
 * that a slow answer does not turn the clock back. Set by the heartbeat's thread, read by all.
 */
final class ServerClock {
    private volatile long offsetNanos;

    /** Sets the clock to a time that was just read from the database. */
    void set(Instant serverTime) {
        offsetNanos = nanos(serverTime) - System.nanoTime();
    }

    /** Corrects the clock by a time that the database read between these times of the monotonic clock. */
    void correct(Instant serverTime, long sentNanos, long answeredNanos) {
        offsetNanos = Math.clamp(offsetNanos, nanos(serverTime) - answeredNanos, nanos(serverTime) - sentNanos);
    }

    Instant now() {
        return Instant.ofEpochSecond(0, System.nanoTime() + offsetNanos);
    }

    private static long nanos(Instant time) {
        return TimeUnit.SECONDS.toNanos(time.getEpochSecond()) + time.getNano();
    }
}
