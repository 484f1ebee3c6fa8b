package dev.holdfast.testing;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/** A clock that stands still until it is moved, and never goes back. Safe for all threads. */
final class VirtualClock implements InstantSource {
    private volatile Instant now;

    VirtualClock(Instant start) {
        this.now = upToMicros(start);
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Moves to this time, unless it is past. Called by one thread at a time. */
    void moveTo(Instant time) {
        Instant rounded = upToMicros(time);
        now = rounded.isAfter(now) ? rounded : now;
    }

    /** The database drops what is below a microsecond: rounded down, a due time would not be reached. */
    private static Instant upToMicros(Instant time) {
        Instant micros = time.truncatedTo(ChronoUnit.MICROS);
        return micros.equals(time) ? micros : micros.plus(1, ChronoUnit.MICROS);
    }
}
