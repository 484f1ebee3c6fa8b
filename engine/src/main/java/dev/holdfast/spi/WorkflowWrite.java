package dev.holdfast.spi;

import dev.holdfast.Submitter;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A write that the engine puts into the mailbox of a workflow. Outcomes and {@linkplain HistoryEvent events} become
 * records of its log; the other writes change data beside the log. Immutable.
 */
public sealed interface WorkflowWrite
        permits WorkflowWrite.Creation,
                WorkflowWrite.Outcome,
                HistoryEvent,
                WorkflowWrite.Move,
                WorkflowWrite.Reply,
                WorkflowWrite.Removal,
                WorkflowWrite.Rehoming {
    /** Whether this write may follow the end of the workflow. Of two ends the first one counts. */
    default boolean mayFollowEnd() {
        return switch (this) {
            case Reply reply -> true;
            case Removal removal -> true;
            case Rehoming rehoming -> true;
            case HistoryEvent event -> event.isOnlyReceived();
            case Creation creation -> false;
            case Outcome outcome -> false;
            case Move move -> false;
        };
    }

    /**
     * A new workflow is accepted.
     *
     * @param starts true if this node runs it at once
     * @param trace of the submission
     * @param submitter null if it is unknown
     * @param deadline null if it has none, or only that of its definition
     * @param parent the call of the workflow that starts it; null if none does
     * @param startsAt when it is due; null for at once. Not of one that starts at once
     */
    record Creation(
            String definition,
            int version,
            Map<String, String> labels,
            byte[] input,
            boolean starts,
            @Nullable TraceContext trace,
            @Nullable Submitter submitter,
            @Nullable Instant deadline,
            @Nullable ParentCall parent,
            @Nullable Instant startsAt)
            implements WorkflowWrite {
        /** A creation by an unknown submitter, without a deadline, to start at once. */
        public Creation(
                String definition,
                int version,
                Map<String, String> labels,
                byte[] input,
                boolean starts,
                @Nullable TraceContext trace) {
            this(definition, version, labels, input, starts, trace, null, null, null);
        }

        /** A creation to start at once. */
        public Creation(
                String definition,
                int version,
                Map<String, String> labels,
                byte[] input,
                boolean starts,
                @Nullable TraceContext trace,
                @Nullable Submitter submitter,
                @Nullable Instant deadline,
                @Nullable ParentCall parent) {
            this(definition, version, labels, input, starts, trace, submitter, deadline, parent, null);
        }

        /** Returns a copy that the owner of the bucket starts. */
        public Creation queued() {
            return new Creation(
                    definition, version, labels, input, false, trace, submitter, deadline, parent, startsAt);
        }
    }

    /**
     * The outcome of an attempt of a step.
     *
     * @param value for SUCCEEDED the encoded value; for NOT_BEGUN empty; else the encoded failure
     * @param retryIn for FAILED and TIMED_OUT the wait before the next attempt, by the store's clock; null if no
     *     attempt follows
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
            TIMED_OUT(4),
            /** The body was not called: the code had to stop between the intent and the body. */
            NOT_BEGUN(5),
            /** The body may have been called, and nobody knows what came of it. */
            IN_DOUBT(6);

            private final int code;

            State(int code) {
                this.code = code;
            }

            /** The code that is stored. */
            public int code() {
                return code;
            }

            /** The name in histories and metrics, such as {@code timed-out}. */
            public String label() {
                return name().toLowerCase(Locale.ROOT).replace('_', '-');
            }

            /** Whether the body is never called again for this position. */
            public boolean isFinal() {
                return this == SUCCEEDED || this == REJECTED;
            }
        }
    }

    /** A workflow enters or leaves the memory of a process. A move is no record, and ends the batch of its mailbox. */
    sealed interface Move extends WorkflowWrite {}

    /**
     * A workflow that was read from the store is about to run.
     *
     * @param loads the number of processes that ended while it was loaded, since its code last made progress
     * @param seq the seq of its last record
     */
    record Loading(int loads, int seq) implements Move {}

    /**
     * A workflow is unloaded until it is due.
     *
     * @param until QUEUED if it is due at once, WAITING if it waits, PAUSED if an operator has paused it, DEAD_LETTERED
     *     if it was parked before it was loaded
     * @param dueIn by the store's clock; null if only a message wakes it
     * @param waitsFor what its branches wait for, at most {@link #WAITS_MAX}, each once, the first one as users see it;
     *     empty unless it is WAITING
     * @param untaken how many signals its code has not taken
     * @param isCancellable whether a cancel reaches it where it waits; else it reaches it once it is loaded
     */
    record Unloading(
            WorkflowStatus until, @Nullable Duration dueIn, List<Wait> waitsFor, int untaken, boolean isCancellable)
            implements Move {
        /** The most waits that are stored. Of more, those for signals, and for children, become one for any. */
        public static final int WAITS_MAX = 100;

        /** Makes a copy of the list. */
        public Unloading {
            waitsFor = List.copyOf(waitsFor);
        }

        /** An unloading of a workflow that is due at once. */
        public static Unloading queued() {
            return new Unloading(WorkflowStatus.QUEUED, Duration.ZERO, List.of(), 0, true);
        }

        /** An unloading of a workflow that an operator has paused. */
        public static Unloading paused() {
            return new Unloading(WorkflowStatus.PAUSED, null, List.of(), 0, true);
        }

        /** An unloading of a workflow that leaves with the dead letter that it was loaded with. */
        public static Unloading parked() {
            return new Unloading(WorkflowStatus.DEAD_LETTERED, null, List.of(), 0, true);
        }

        /** Returns a copy that is due at once. */
        public Unloading dueAtOnce() {
            return new Unloading(until, Duration.ZERO, waitsFor, untaken, isCancellable);
        }

        /** Returns a copy with this many untaken signals. */
        public Unloading untaken(int signals) {
            return new Unloading(until, dueIn, waitsFor, signals, isCancellable);
        }

        /** Returns a copy of a wait in which a cancel waits, too. */
        public Unloading uncancellable() {
            return new Unloading(until, dueIn, waitsFor, untaken, false);
        }

        /** An unloading of a workflow that is due after this time; with null, when a message wakes it. */
        public static Unloading waiting(Wait wait, @Nullable Duration dueIn) {
            return waiting(List.of(wait), dueIn);
        }

        /** An unloading of a workflow whose branches wait for these, the one that users see first. */
        public static Unloading waiting(List<Wait> waits, @Nullable Duration dueIn) {
            Set<Wait> each = new LinkedHashSet<>(waits);
            if (each.size() > WAITS_MAX) {
                each = waits.stream()
                        .map(Wait::ofMany)
                        .sorted(Comparator.comparing(Wait::needsMessage).reversed())
                        .distinct()
                        .limit(WAITS_MAX)
                        .collect(Collectors.toCollection(LinkedHashSet::new));
            }
            return new Unloading(WorkflowStatus.WAITING, dueIn, List.copyOf(each), 0, true);
        }
    }

    /** The reply to an operator action: adds the decision to the audit log, and removes the action from the inbox. */
    sealed interface Reply extends WorkflowWrite {
        /** The action that was decided. */
        OperatorAction action();

        /** The decision. */
        ActionResult result();
    }

    /** A reply to an action that changes the workflow only by an event in the same commit, or not at all. */
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

    /** All rows of an ended workflow are deleted, except for the audit log; its key and id stay reserved. */
    record Erased(OperatorAction action, ActionResult result) implements Reply {}

    /**
     * The input, values and result of an ended workflow are replaced; its steps and their states stay.
     *
     * @param value replaces the input, every value and the result
     * @param failure an encoded failure that replaces every failure
     */
    record Scrubbed(OperatorAction action, ActionResult result, byte[] value, byte[] failure) implements Reply {}

    /** A message is removed from the inbox, because its id stands in the log already, or its workflow is gone. */
    record Removal(UUID message) implements WorkflowWrite {}

    /**
     * The rows of a workflow that is not loaded are copied to a later era, so that their era can be dropped. A long log
     * is copied in parts, each by its own write.
     *
     * @param after the seq before the first record to copy
     * @param through the seq of the last record to copy; the copy of the last record moves the workflow to the later
     *     era
     */
    record Rehoming(int era, int after, int through) implements WorkflowWrite {}
}
