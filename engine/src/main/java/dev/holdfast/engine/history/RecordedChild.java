package dev.holdfast.engine.history;

import dev.holdfast.spi.HistoryEvent.ChildStarted;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A recorded start of another workflow, and its end if the code has seen that. */
public final class RecordedChild implements RecordedCall {
    private final ChildStarted started;
    private @Nullable UUID end;

    RecordedChild(ChildStarted started) {
        this.started = started;
    }

    void ended(UUID id) {
        end = id;
    }

    /** Returns what {@link #description} says of a start of this definition. */
    public static String description(String definition, boolean waits) {
        return (waits ? "child" : "start") + " of \"" + definition + "\"";
    }

    @Override
    public String description() {
        return description(started.definition(), started.waits());
    }

    /** The record. */
    public ChildStarted started() {
        return started;
    }

    /** The id of the signal with the end that the code has seen. */
    public Optional<UUID> end() {
        return Optional.ofNullable(end);
    }
}
