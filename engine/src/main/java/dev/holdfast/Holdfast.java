package dev.holdfast;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A running engine: the way in for programs that submit and inspect workflows. Made by a store's entry point, such as
 * {@code PostgresHoldfast.on(dataSource)}. Safe for all threads. Every call may throw
 * {@link StoreUnavailableException}.
 */
public interface Holdfast extends AutoCloseable {
    /**
     * Accepts a workflow and returns once that is committed. Throws {@link InvalidInputException} or
     * {@link TooLargeException} for an input that cannot be stored, {@link SubmissionConflictException} or
     * {@link SubmissionHeldException} for a key or id that cannot be had, {@link ErasedException} for one whose
     * workflow is gone, {@link OverloadedException} when this node is behind, and {@link UnknownDefinitionException}
     * when the definition was not registered.
     */
    <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input, Submission submission);

    /** As above, without a key: every call is a new workflow. */
    default <I, O> WorkflowHandle<O> submit(Definition<I, O> definition, I input) {
        return submit(definition, input, Submission.plain());
    }

    /**
     * As above for callers that hold JSON: checks the input strictly against the definition's type (unknown members are
     * refused) and stores it as it came. {@code version} empty means the newest registered.
     */
    WorkflowHandle<byte[]> submitJson(String type, Optional<Integer> version, byte[] input, Submission submission);

    /** The workflow of this id, its result as JSON. Throws {@link UnknownWorkflowException}. */
    WorkflowHandle<byte[]> handle(String id);

    /** The workflow of this id as readers see it. Throws {@link UnknownWorkflowException}. */
    WorkflowSummary find(String id);

    /** Workflows by filter, newest first. */
    Page<WorkflowSummary> list(WorkflowFilter filter);

    /** The history of a workflow in order, {@code limit} 1 to 500 items. Throws {@link UnknownWorkflowException}. */
    Page<HistoryItem> history(String id, Optional<String> cursor, int limit);

    /**
     * Asks the owner of a workflow to cancel it: its code stops at its next step, undoes what it did in sagas, and it
     * ends as CANCELLED. Waits up to {@code wait} for the decision; empty when none was made by then, which it will be.
     * Throws {@link UnknownWorkflowException}, {@link ActionRefusedException}, {@link StoreUnavailableException}.
     */
    Optional<WorkflowStatus> cancel(String id, ActionOptions options, Duration wait);

    /** As {@link #cancel}, but at once and without running any code of it, so that nothing is undone. */
    Optional<WorkflowStatus> terminate(String id, ActionOptions options, Duration wait);

    /**
     * Asks the owner of an ended workflow to take all of it away but for the audit. Nothing runs under its key or id
     * again: who submits under it is told {@link ErasedException}. As {@link #cancel}; refused while it has not ended.
     */
    Optional<WorkflowStatus> erase(String id, ActionOptions options, Duration wait);

    /**
     * Asks the owner of an ended workflow to replace what went in and came out of it and its steps by {@code null}, and
     * its errors by "scrubbed"; steps, attempts, times and labels stay. As {@link #erase}.
     */
    Optional<WorkflowStatus> scrub(String id, ActionOptions options, Duration wait);

    /** Open dead letters by filter. */
    Page<DeadLetter> deadLetters(DeadLetterFilter filter);

    /** The dead letter of this id, open or not. Throws {@link UnknownDeadLetterException}. */
    DeadLetter deadLetter(String id);

    /**
     * Asks the owner to let a parked workflow go on at the step that it stopped at, with a fresh budget of attempts and
     * the same idempotency key. As {@link #cancel}; throws {@link UnknownDeadLetterException}.
     */
    Optional<WorkflowStatus> retry(String deadLetterId, ActionOptions options, Duration wait);

    /** Asks the owner to end a parked workflow as FAILED. As {@link #retry}. */
    Optional<WorkflowStatus> discard(String deadLetterId, ActionOptions options, Duration wait);

    /** The rules by which ended workflows go, by definition and status, those for any first. */
    List<RetentionRule> retention();

    /** Sets a rule, instead of the one for the same definition and status; the audit says who and why. */
    void retain(RetentionRule rule, ActionOptions options);

    /** Takes away the rule for its definition and status, whatever it keeps; false where there was none. */
    boolean dropRetention(RetentionRule rule, ActionOptions options);

    /**
     * The audit by filter, newest first: who asked for what, when and why, and, in a row of its own, what was decided.
     * Nobody takes rows away or changes them.
     */
    Page<AuditEntry> audit(AuditFilter filter);

    /** The nodes on this database that have not ended, by name. */
    List<NodeSummary> nodes();

    /** What is registered here. */
    Collection<Definition<?, ?>> definitions();

    /**
     * Stops accepting, lets running steps end within the grace period, interrupts the rest, gives up the ownership.
     * What did not end goes on at the next start. May be called twice.
     */
    @Override
    void close();
}
