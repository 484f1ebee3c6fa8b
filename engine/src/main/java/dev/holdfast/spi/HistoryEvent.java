package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowStatus;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happens to a workflow besides the outcomes of its steps. Each event is one record of its log. Immutable.
 *
 * <p>A new kind of event is a record here, its code and columns in the codec of each store, and its meaning where it is
 * replayed.
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
     * Whether it only records that something arrived, without a change of the workflow. Such an event closes no dead
     * letter.
     */
    default boolean isOnlyReceived() {
        return false;
    }

    /** The approximate size in bytes beside a fixed amount, for the limits of queues and batches. */
    default int payloadBytes() {
        return 0;
    }

    /**
     * A body is about to run.
     *
     * @param compensates of a compensation: the index of the step that it undoes, in the same branch; else
     *     {@link #COMPENSATES_NOTHING}
     */
    record Intent(Position position, int attempt, String name, UUID idempotencyKey, int compensates)
            implements HistoryEvent {
        /** Of a step that undoes no other. */
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

    /** The workflow cannot go on by itself. */
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
     * A cancel reached the code of the workflow, which only compensates from then on.
     *
     * @param position the call that it reached, which never runs, or never again
     */
    record Cancelled(Position position, ActionRef by) implements HistoryEvent {
        @Override
        public WorkflowStatus statusAfter() {
            return WorkflowStatus.COMPENSATING;
        }
    }

    /**
     * A parked workflow goes on at the step at which it stopped, with a fresh budget of attempts.
     *
     * @param position the position of its dead letter; null if that has none
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
     * @param value the encoded result, of FAILED the encoded failure
     * @param by null if its code ended it
     */
    record Ended(
            WorkflowStatus status, byte[] value, @Nullable ActionRef by) implements HistoryEvent {
        /** By its code. */
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

    /** An event that a newer build has written. This build leaves such a workflow alone. */
    record Unknown(int code) implements HistoryEvent {}
}
