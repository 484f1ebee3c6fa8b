package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowStatus;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
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
     * @param stepNumber the number of the step among the steps of its branch, as users see it
     */
    record Intent(Position position, int attempt, String name, UUID idempotencyKey, int compensates, int stepNumber)
            implements HistoryEvent {
        /** The value for a step that compensates no other. */
        public static final int COMPENSATES_NOTHING = -1;

        /** An intent in a branch that has called nothing but steps before. */
        public Intent(Position position, int attempt, String name, UUID idempotencyKey, int compensates) {
            this(position, attempt, name, idempotencyKey, compensates, position.index());
        }

        /** Whether it is a compensation. */
        public boolean isCompensation() {
            return compensates != COMPENSATES_NOTHING;
        }

        @Override
        public @Nullable WorkflowStatus statusAfter() {
            return isCompensation() && position.isMain() ? WorkflowStatus.COMPENSATING : null;
        }

        @Override
        public int payloadBytes() {
            return name.length();
        }
    }

    /** A call of the code that is no step: a decision that replay reads instead of making it again. */
    sealed interface Decision extends HistoryEvent {
        /** The position of the call. */
        Position position();
    }

    /**
     * The code waits for a time, or for a signal at most until then. It has waited when the time has come by the
     * store's clock; no record says so.
     *
     * @param signal the name of the awaited signal; null if it waits for the time alone
     */
    record TimerStarted(
            Position position, WakeTime wakeTime, @Nullable String signal) implements Decision {}

    /**
     * A signal has arrived. The code may take it now or later. The same id may stand in the log again: only the first
     * counts. May follow the end of the workflow.
     *
     * @param sentAt when it was sent, by the store's clock
     */
    record SignalReceived(UUID id, String name, byte[] payload, Instant sentAt) implements HistoryEvent {
        @Override
        public boolean isOnlyReceived() {
            return true;
        }

        @Override
        public int payloadBytes() {
            return name.length() + payload.length;
        }
    }

    /** The code has taken this signal. */
    record SignalTaken(Position position, UUID id, String name) implements Decision {}

    /** The time of a {@link TimerStarted} came before a signal of this name. */
    record SignalTimedOut(Position position, String name) implements Decision {}

    /** The code has read the clock. */
    record TimeRead(Position position, Instant time) implements Decision {}

    /** The code has asked whether it was changed at this place, and was told that it takes the new way. */
    record MarkerSet(Position position, String id) implements Decision {
        @Override
        public int payloadBytes() {
            return id.length();
        }
    }

    /** The code has made a URL for an outside system to answer at. */
    record CallbackMade(Position position, String name, String url) implements Decision {
        @Override
        public int payloadBytes() {
            return url.length();
        }
    }

    /** The code has published this value under this name, in place of the one before. */
    record Published(Position position, String name, byte[] value) implements Decision {
        @Override
        public int payloadBytes() {
            return name.length() + value.length;
        }
    }

    /**
     * The code has started another workflow, which is accepted in the same commit.
     *
     * @param child its place
     * @param id its id, as users see it
     * @param waits whether the call waits for its end
     * @param creation of that workflow, with its {@linkplain WorkflowWrite.Creation#parent parent}; null in a record
     *     that was read
     */
    record ChildStarted(
            Position position,
            String definition,
            WorkflowKey child,
            String id,
            boolean waits,
            WorkflowWrite.@Nullable Creation creation)
            implements Decision {
        /** The beginning of the names of the signals that bring the ends of children. None from outside has it. */
        private static final String END = "child:";

        /** Whether a signal of this name brings the end of a child. */
        public static boolean isEnd(String signal) {
            return signal.startsWith(END);
        }

        /** The name of the signal that brings the end of this child: the status, a line feed, and the value. */
        public String endSignal() {
            return endSignal(child.uid());
        }

        /** The same of the child with this uid, which is the id of the signal. */
        public static String endSignal(UUID child) {
            return END + child;
        }

        /** The creation; only of a record that is to be written. */
        public WorkflowWrite.Creation requireCreation() {
            return Objects.requireNonNull(creation);
        }

        @Override
        public int payloadBytes() {
            return definition.length() + id.length() + (creation == null ? 0 : creation.input().length);
        }
    }

    /**
     * This branch decides a join before the others have ended: it has won a race, or has failed.
     *
     * @param position the position of the join
     * @param branch the number of the branch in that join
     */
    record JoinDecided(Position position, int branch) implements Decision {}

    /**
     * A branch was told to stop, and only compensates from then on.
     *
     * @param position the call that threw it; its body is not called from then on
     */
    record BranchStopped(Position position, Why why) implements Decision {
        /** Why a branch is stopped. */
        public enum Why {
            /** Another branch has decided the join. */
            LOST,
            /** The workflow was cancelled. */
            CANCELLED,
            /** The deadline of the workflow has passed. */
            DEADLINE
        }

        /** The reason as users see it, such as {@code lost}. */
        public String label() {
            return why.name().toLowerCase(Locale.ROOT);
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

    /** An operator has stopped the workflow. Nothing of it runs until it is resumed or cancelled. */
    record Paused(ActionRef by) implements HistoryEvent {
        @Override
        public WorkflowStatus statusAfter() {
            return WorkflowStatus.PAUSED;
        }
    }

    /** A paused workflow continues. */
    record Resumed(ActionRef by) implements HistoryEvent {
        @Override
        public WorkflowStatus statusAfter() {
            return WorkflowStatus.QUEUED;
        }
    }

    /**
     * The code was told that its deadline has passed.
     *
     * @param position the call that threw it; its body is not called from then on
     */
    record DeadlinePassed(Position position, Instant deadline) implements HistoryEvent {}

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
