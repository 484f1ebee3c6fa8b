package dev.holdfast.spi;

import dev.holdfast.Submitter;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the engine puts into the mailbox of a workflow. Immutable. */
public sealed interface WorkflowWrite {

    /**
     * The acceptance of a workflow.
     *
     * @param starts when this node takes it up at once
     * @param trace that of the submission
     * @param submitter null where nobody says who it is
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
        /** By nobody who says who it is. */
        public Creation(
                String definition,
                int version,
                Map<String, String> labels,
                byte[] input,
                boolean starts,
                @Nullable TraceContext trace) {
            this(definition, version, labels, input, starts, trace, null);
        }

        /** The same, to be taken up later. */
        public Creation queued() {
            return new Creation(definition, version, labels, input, false, trace, submitter);
        }
    }

    /**
     * A workflow read back from its rows is about to run.
     *
     * @param loads how often a process has ended with it loaded since its code last made progress
     * @param seq of its last record
     */
    record Loading(int loads, int seq) implements WorkflowWrite {}

    /**
     * A workflow leaves memory until it is due.
     *
     * @param until QUEUED where anybody may go on at once, WAITING where it waits
     * @param dueIn counted by the store's clock
     */
    record Unloading(WorkflowStatus until, Duration dueIn) implements WorkflowWrite {}

    /**
     * What became of an attempt of a step.
     *
     * @param branch the path of the parallel branch, null for the main one
     * @param value the encoded value; of anything but SUCCEEDED the encoded failure
     * @param retryIn of FAILED and TIMED_OUT: the wait before the next attempt, counted by the store's clock
     */
    record Outcome(
            int position,
            @Nullable String branch,
            int attempt,
            State state,
            byte[] value,
            @Nullable Duration retryIn) implements WorkflowWrite {

        /** How an attempt ended; codes are stored, never change them. */
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

    /** What happens to a workflow besides outcomes; at most one in a record. */
    sealed interface Event extends WorkflowWrite {}

    /**
     * A body is about to run.
     *
     * @param compensates of a compensation: the position of the step that it undoes; else -1
     */
    record Intent(int position, @Nullable String branch, int attempt, String name, UUID idempotencyKey, int compensates)
            implements Event {
        /** Of a step that undoes no other. */
        public static final int COMPENSATES_NOTHING = -1;

        /** Whether it is a compensation. */
        public boolean isCompensation() {
            return compensates != COMPENSATES_NOTHING;
        }
    }

    /** The workflow cannot go on by itself. */
    record Parked(ParkingReason deadLetter) implements Event {}

    /**
     * A cancel reaches the code of the workflow: from here on it only undoes.
     *
     * @param position the call that it reached, which never runs, or never again
     */
    record Cancelled(int position, OperatorAction by) implements Event {}

    /** A parked workflow goes on at the step that it stopped at, with a fresh budget of attempts. */
    record Retried(OperatorAction by) implements Event {}

    /** What was asked is answered and changes nothing: it is not possible any more, or was done before. */
    record Answered(OperatorAction action, ActionResult result) implements WorkflowWrite {}

    /** All that is kept of an ended workflow goes, but for the audit; nothing runs under its key or id again. */
    record Erased(OperatorAction by, WorkflowStatus status) implements WorkflowWrite {}

    /**
     * What went in and came out of an ended workflow is replaced; that it ran, and how, stays.
     *
     * @param value stands for every input, value and result
     * @param failure an encoded failure, for every one there is
     */
    record Scrubbed(OperatorAction by, WorkflowStatus status, byte[] value, byte[] failure) implements WorkflowWrite {}

    /**
     * The rows of the workflow, which is not loaded, are taken to a later era, so that the one they lie in can go;
     * those of a long log in parts, each by an entry.
     *
     * @param after the records behind this one
     * @param through and up to this one; the workflow lies there when it is the last one
     */
    record Rehomed(int era, int after, int through) implements WorkflowWrite {}

    /**
     * The workflow has ended.
     *
     * @param value the encoded result, of FAILED the encoded failure
     * @param by who ended it, null where its code did
     */
    record Ended(
            WorkflowStatus status, byte[] value, @Nullable OperatorAction by) implements Event {
        /** By its code. */
        public Ended(WorkflowStatus status, byte[] value) {
            this(status, value, null);
        }

        /** Throws {@link IllegalArgumentException} for a status that is not final. */
        public Ended {
            if (!status.isFinal()) {
                throw new IllegalArgumentException(status + " is no end");
            }
        }
    }
}
