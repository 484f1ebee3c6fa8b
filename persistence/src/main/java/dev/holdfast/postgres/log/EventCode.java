package dev.holdfast.postgres.log;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.WorkflowWrite;
import org.jspecify.annotations.Nullable;

/** The codes of events in holdfast.log. Stored: never change them. From {@link #COMPLETED} on a record is terminal. */
public final class EventCode {
    static final short NONE = 0;
    static final short INTENT = 1;
    public static final short PARKED = 20;
    static final short RETRIED = 21;
    static final short CANCEL = 22;
    public static final short COMPLETED = 30;
    static final short FAILED = 31;
    static final short CANCELLED = 32;

    private EventCode() {}

    public static short of(WorkflowWrite.@Nullable Event event) {
        return switch (event) {
            case null -> NONE;
            case WorkflowWrite.Intent intent -> INTENT;
            case WorkflowWrite.Parked parked -> PARKED;
            case WorkflowWrite.Retried retried -> RETRIED;
            case WorkflowWrite.Cancelled cancelled -> CANCEL;
            case WorkflowWrite.Ended ended ->
                switch (ended.status()) {
                    case COMPLETED -> COMPLETED;
                    case FAILED -> FAILED;
                    default -> CANCELLED;
                };
        };
    }

    public static WorkflowStatus status(short terminal) {
        return switch (terminal) {
            case COMPLETED -> WorkflowStatus.COMPLETED;
            case FAILED -> WorkflowStatus.FAILED;
            case CANCELLED -> WorkflowStatus.CANCELLED;
            default -> throw new IllegalArgumentException("event " + terminal + " ends no workflow");
        };
    }
}
