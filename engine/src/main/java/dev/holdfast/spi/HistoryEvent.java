package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowStatus;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An event in the log of a workflow: all that the log records besides the outcomes of attempts. A record has at most
 * one event. Immutable.
 *
 * <p>A new kind of event needs a record here, its code and columns in the codec of each store, and its meaning in the
 * replay.
 */
public sealed interface HistoryEvent extends WorkflowWrite {
    /** The status that the workflow has after this event; null if the event does not change it. */
    default @Nullable WorkflowStatus statusAfter() {
        return null;
    }

    /** The operator action that led to this event; null if none did. */
    default @Nullable ActionRef by() {
        return null;
    }

    /**
     * Whether the event only records that a message arrived, and changes nothing in the workflow. Such an event closes
     * no dead letter.
     */
    default boolean isOnlyReceived() {
        return false;
    }

    /** The approximate size in bytes without a fixed part, for the limits of queues and batches. */
    default int payloadBytes() {
        return 0;
    }

    /**
     * A body is about to run.
     *
     * @param compensates for a compensation: the index of the step that it compensates, in the same branch; else
     *     {@link #COMPENSATES_NOTHING}
     */
    record Intent(Position position, int attempt, String name, UUID idempotencyKey, int compensates)
            implements HistoryEvent {
        /** The value for a step that compensates no other. */
        public static final int COMPENSATES_NOTHING = -1;

        /** Whether it is a compensation. */
        public boolean isCompensation() {
            return compensates != COMPENSATES_NOTHING;
        }

        @Override
        public @Nullable WorkflowStatus statusAfter() {
            return isCompensation() ? WorkflowStatus.COMPENSATING : null;
        }

        @Override
        public int payloadBytes() {
            return name.length();
        }
    }

    /** The workflow cannot continue until an operator acts. */
    record Parked(ParkingReason reason) implements HistoryEvent {
        @Override
        public WorkflowStatus statusAfter() {
            return WorkflowStatus.DEAD_LETTERED;
        }

        @Override
        public int payloadBytes() {
            return reason.stack().length();
        }
    }

    /**
     * A cancel was delivered to the code of the workflow, which only compensates from then on.
     *
     * @param position the call at which it was delivered; its body is not called from then on
     */
    record Cancelled(Position position, ActionRef by) implements HistoryEvent {
        @Override
        public WorkflowStatus statusAfter() {
            return WorkflowStatus.COMPENSATING;
        }
    }

    /**
     * A parked workflow continues at the step at which it stopped, which may make all its attempts again.
     *
     * @param position the position of the dead letter; null if that has none
     */
    record Retried(@Nullable Position position, ActionRef by) implements HistoryEvent {
        @Override
        public WorkflowStatus statusAfter() {
            return WorkflowStatus.QUEUED;
        }
    }

    /**
     * The workflow has ended.
     *
     * @param value the encoded result; for FAILED the encoded failure
     * @param by null if the code of the workflow ended it
     */
    record Ended(
            WorkflowStatus status, byte[] value, @Nullable ActionRef by) implements HistoryEvent {
        /** An end by the code of the workflow. */
        public Ended(WorkflowStatus status, byte[] value) {
            this(status, value, null);
        }

        /** Throws {@link IllegalArgumentException} for a status that is not final. */
        public Ended {
            if (!status.isFinal()) {
                throw new IllegalArgumentException(status + " is not final: expected COMPLETED, FAILED or CANCELLED");
            }
        }

        @Override
        public WorkflowStatus statusAfter() {
            return status;
        }

        @Override
        public int payloadBytes() {
            return value.length;
        }
    }

    /** An event that a newer build has written. This build does not run such a workflow. */
    record Unknown(int code) implements HistoryEvent {}
}
