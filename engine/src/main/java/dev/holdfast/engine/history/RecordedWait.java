package dev.holdfast.engine.history;

import dev.holdfast.spi.WakeTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A recorded wait for a time, for a signal, or for a signal until a time. */
public final class RecordedWait implements RecordedCall {
    private final @Nullable String signal;
    private @Nullable Instant due;
    private @Nullable Duration left;
    private @Nullable UUID taken;
    private boolean timedOut;

    /** {@code signal} is null for a wait for a time alone. */
    RecordedWait(@Nullable String signal) {
        this.signal = signal;
    }

    void started(WakeTime wakeTime, Instant at, Instant readAt) {
        Instant end = wakeTime.from(at);
        due = end;
        left = end.isBefore(readAt) ? Duration.ZERO : Duration.between(readAt, end);
    }

    void taken(UUID id) {
        taken = id;
    }

    void timedOut() {
        timedOut = true;
    }

    /** Returns what {@link #description} says of a wait for this signal; null for a wait for a time alone. */
    public static String description(@Nullable String signal) {
        return signal == null ? "sleep" : "await of signal \"" + signal + "\"";
    }

    @Override
    public String description() {
        return description(signal);
    }

    /** The time at which it ends, by the store's clock; empty if it has none. */
    public Optional<Instant> due() {
        return Optional.ofNullable(due);
    }

    /** The part of the wait that was left when the log was read; empty if it has no end. */
    public Optional<Duration> left() {
        return Optional.ofNullable(left);
    }

    /** The id of the signal that the code took. */
    public Optional<UUID> taken() {
        return Optional.ofNullable(taken);
    }

    /** Whether the code was told that no signal came in time. */
    public boolean isTimedOut() {
        return timedOut;
    }
}
