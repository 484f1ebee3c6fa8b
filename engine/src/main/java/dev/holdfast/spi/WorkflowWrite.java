package dev.holdfast.spi;

import dev.holdfast.Submitter;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the engine puts into the mailbox of a workflow. Outcomes and {@linkplain HistoryEvent events} become records of
 * its log; the others change what lies beside the log. Immutable.
 */
public sealed interface WorkflowWrite
        permits WorkflowWrite.Creation,
                WorkflowWrite.Outcome,
                HistoryEvent,
                WorkflowWrite.Move,
                WorkflowWrite.Reply,
                WorkflowWrite.Rehoming {
    /**
     * A new workflow is accepted.
     *
     * @param starts when this node runs it at once
     * @param trace of the submission
     * @param submitter null where it is unknown
     */
    record Creation(
            String definition,
            int version,
            Map<String, String> labels,
            byte[] input,
            boolean starts,
            @Nullable TraceContext trace,
            @Nullable Submitter submitter)
            implements WorkflowWrite {
        /** Without a known submitter. */
        public Creation(
                String definition,
                int version,
                Map<String, String> labels,
                byte[] input,
                boolean starts,
                @Nullable TraceContext trace) {
            this(definition, version, labels, input, starts, trace, null);
        }

        /** The same, for its owner to start. */
        public Creation queued() {
            return new Creation(definition, version, labels, input, false, trace, submitter);
        }
    }

    /**
     * How an attempt of a step ended.
     *
     * @param value the encoded value; of anything but SUCCEEDED the encoded failure
     * @param retryIn of FAILED and TIMED_OUT: the wait before the next attempt, counted by the store's clock; null when
     *     there is none
     */
    record Outcome(
            Position position,
            int attempt,
            State state,
            byte[] value,
            @Nullable Duration retryIn) implements WorkflowWrite {
        /** How an attempt ended. Codes are stored: never change them. */
        public enum State {
            SUCCEEDED(1),
            REJECTED(2),
            FAILED(3),
            TIMED_OUT(4);

            private final int code;

            State(int code) {
                this.code = code;
            }

            /** As stored. */
            public int code() {
                return code;
            }

            /** As histories and metrics name it, such as {@code timed-out}. */
            public String label() {
                return name().toLowerCase(Locale.ROOT).replace('_', '-');
            }

            /** Whether the body is never called again for this position. */
            public boolean isFinal() {
                return this == SUCCEEDED || this == REJECTED;
            }
        }
    }

    /** A workflow enters or leaves the memory of a process. It leaves no record, and ends the batch of its mailbox. */
    sealed interface Move extends WorkflowWrite {}

    /**
     * A workflow read back from its rows is about to run.
     *
     * @param loads how often a process has ended with it loaded since its code last made progress
     * @param seq of its last record
     */
    record Loading(int loads, int seq) implements Move {}

    /**
     * A workflow is unloaded until it is due.
     *
     * @param until QUEUED if any owner may go on at once, WAITING if it waits
     * @param dueIn counted by the store's clock
     * @param waitsFor null if it is QUEUED
     */
    record Unloading(
            WorkflowStatus until, Duration dueIn, @Nullable Wait waitsFor) implements Move {
        /** To go on at once. */
        public static Unloading queued() {
            return new Unloading(WorkflowStatus.QUEUED, Duration.ZERO, null);
        }

        /** To go on after this wait. */
        public static Unloading waiting(Wait wait, Duration dueIn) {
            return new Unloading(WorkflowStatus.WAITING, dueIn, wait);
        }
    }

    /** The decision on an operator action: it goes to the audit log, and removes the action from the inbox. */
    sealed interface Reply extends WorkflowWrite {
        /** The action that was decided. */
        OperatorAction action();

        /** The decision. */
        ActionResult result();
    }

    /** The answer to an action. What the action changes is an event beside it; without one it changes nothing. */
    record Answered(OperatorAction action, ActionResult result) implements Reply {
        /** The action was applied, and led to this status. */
        public static Answered applied(OperatorAction action, WorkflowStatus status) {
            return new Answered(action, new ActionResult(true, status));
        }

        /** The action is not possible in this status. */
        public static Answered refused(OperatorAction action, WorkflowStatus status) {
            return new Answered(action, new ActionResult(false, status));
        }
    }

    /** All rows of an ended workflow are deleted, except for the audit; its key and id stay taken. */
    record Erased(OperatorAction action, ActionResult result) implements Reply {}

    /**
     * The input, values and result of an ended workflow are replaced; its steps and their states stay.
     *
     * @param value stands for every input, value and result
     * @param failure an encoded failure, stands for every failure
     */
    record Scrubbed(OperatorAction action, ActionResult result, byte[] value, byte[] failure) implements Reply {}

    /**
     * The rows of a workflow that is not loaded are copied to a later era, so that the one they lie in can be dropped.
     * A long log is copied in parts, each by a write of its own.
     *
     * @param after the records behind this one
     * @param through and up to this one; with the last record the workflow lies in the later era
     */
    record Rehoming(int era, int after, int through) implements WorkflowWrite {}
}
