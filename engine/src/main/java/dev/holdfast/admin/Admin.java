package dev.holdfast.admin;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What operators ask of an installation: inspect workflows, decide about them, read the audit, set the retention. Users
 * get it from {@code holdfast.admin()}. Safe for all threads.
 *
 * <p>Every call may throw {@link dev.holdfast.StoreUnavailableException}. A call that names a workflow throws
 * {@link dev.holdfast.UnknownWorkflowException} for an unknown id, and one that names a dead letter
 * {@link dev.holdfast.UnknownDeadLetterException}.
 *
 * <p>Actions are decided by the node that owns the workflow. A call waits up to {@code wait} for the decision and
 * returns the status that it led to; empty when there was no decision by then, which still follows. An action that is
 * not possible throws {@link dev.holdfast.ActionRefusedException}.
 *
 * <pre>{@code
 * Admin admin = holdfast.admin();
 * for (DeadLetter letter : admin.deadLetters(DeadLetterFilter.all(50)).items()) {
 *     admin.retry(letter.id(), ActionOptions.because("the bank is back"), Duration.ofSeconds(5));
 * }
 * }</pre>
 */
public interface Admin {
    /** The workflow of this id. */
    WorkflowSummary find(String id);

    /** Workflows by filter, newest first. */
    Page<WorkflowSummary> list(WorkflowFilter filter);

    /** The history of a workflow, in order. */
    Page<HistoryItem> history(String id, PageRequest page);

    /**
     * Cancels a workflow: its code stops at its next step, its sagas undo what they did, and it ends as CANCELLED.
     * Refused once it has ended.
     */
    Optional<WorkflowStatus> cancel(String id, ActionOptions options, Duration wait);

    /** Ends a workflow as CANCELLED at once. None of its code runs, so nothing is undone. Refused once it has ended. */
    Optional<WorkflowStatus> terminate(String id, ActionOptions options, Duration wait);

    /**
     * Deletes an ended workflow except for its audit entries. Its key and id stay taken: a submission under them throws
     * {@link dev.holdfast.ErasedException}. Refused while it has not ended.
     */
    Optional<WorkflowStatus> erase(String id, ActionOptions options, Duration wait);

    /**
     * Replaces the input, results and step values of an ended workflow by {@code null} and its errors by "scrubbed".
     * Steps, attempts, times and labels stay. Refused while it has not ended.
     */
    Optional<WorkflowStatus> scrub(String id, ActionOptions options, Duration wait);

    /** Open dead letters by filter, those of the newest workflows first. */
    Page<DeadLetter> deadLetters(DeadLetterFilter filter);

    /** The dead letter of this id, open or closed. */
    DeadLetter deadLetter(String id);

    /**
     * Lets a parked workflow go on at the step that it stopped at, with a fresh budget of attempts and the same
     * idempotency key. Refused once the dead letter is closed.
     */
    Optional<WorkflowStatus> retry(String deadLetterId, ActionOptions options, Duration wait);

    /** Ends a parked workflow as FAILED. Refused once the dead letter is closed. */
    Optional<WorkflowStatus> discard(String deadLetterId, ActionOptions options, Duration wait);

    /** The retention rules by definition and status; those for any definition or status come first. */
    List<RetentionRule> retention();

    /** Sets a rule; it replaces the one for the same definition and status. Audited. */
    void retain(RetentionRule rule, ActionOptions options);

    /** Deletes the rule for its definition and status, whatever it keeps; false where there was none. Audited. */
    boolean dropRetention(RetentionRule rule, ActionOptions options);

    /** Audit entries by filter, newest first: one for each request, and one for what was decided. */
    Page<AuditEntry> audit(AuditFilter filter);

    /** The living nodes of this database, by name. */
    List<NodeSummary> nodes();

    /** The name of this node. */
    String node();

    /** Whether this node may act: it is not closed and its lease runs. Answers from memory. */
    boolean ready();

    /**
     * Each condition that must hold for this node to take work. Returns within 2 s, even while the database is away.
     */
    List<HealthCheck> health();
}
