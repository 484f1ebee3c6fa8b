package dev.holdfast.postgres;

import dev.holdfast.WorkflowStatus;
import dev.holdfast.spi.Entry;
import org.jspecify.annotations.Nullable;

/** The codes of events in holdfast.log. Stored: never change them. From {@link #COMPLETED} on a record is terminal. */
final class EventCode {
    static final short NONE = 0;
    static final short INTENT = 1;
    static final short PARKED = 20;
    static final short RETRIED = 21;
    static final short CANCEL = 22;
    static final short COMPLETED = 30;
    static final short FAILED = 31;
    static final short CANCELLED = 32;

    private EventCode() {}

    static short of(Entry.@Nullable Event event) {
        return switch (event) {
            case null -> NONE;
            case Entry.Intent intent -> INTENT;
            case Entry.Parked parked -> PARKED;
            case Entry.Retried retried -> RETRIED;
            case Entry.Cancelled cancelled -> CANCEL;
            case Entry.Ended ended ->
                switch (ended.status()) {
                    case COMPLETED -> COMPLETED;
                    case FAILED -> FAILED;
                    default -> CANCELLED;
                };
        };
    }

    static WorkflowStatus status(short terminal) {
        return switch (terminal) {
            case COMPLETED -> WorkflowStatus.COMPLETED;
            case FAILED -> WorkflowStatus.FAILED;
            case CANCELLED -> WorkflowStatus.CANCELLED;
            default -> throw new IllegalArgumentException("event " + terminal + " ends no workflow");
        };
    }
}
