package dev.holdfast.engine.history;

import java.time.Instant;

/** A recorded reading of the clock. Immutable. */
public record RecordedTime(Instant time) implements RecordedCall {
    /** What {@link #description} says. */
    public static final String DESCRIPTION = "now";

    @Override
    public String description() {
        return DESCRIPTION;
    }
}
