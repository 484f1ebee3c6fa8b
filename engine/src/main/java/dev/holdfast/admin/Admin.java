package dev.holdfast.admin;

import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The operations of operators: inspect workflows, act on them, read the audit log, set retention. Programs get it from
 * {@code holdfast.admin()}. Safe for all threads.
 *
 * <pre>{@code
 * Admin admin = holdfast.admin();
 * for (DeadLetter letter : admin.deadLetters(DeadLetterFilter.all(50).type("pay")).items()) {
 *     admin.retry(letter.id(), ActionOptions.because("the bank is back"), Duration.ofSeconds(5));
 * }
 * }</pre>
 *
 * <p>Every method but {@link #node}, {@link #ready} and {@link #health} throws
 * {@link dev.holdfast.StoreUnavailableException} while the database does not answer. A method that takes the id of a
 * workflow throws {@link dev.holdfast.UnknownWorkflowException} for an unknown one, and a method that takes the id of a
 * dead letter {@link dev.holdfast.UnknownDeadLetterException}. A cursor or name that cannot exist throws
 * {@link InvalidOptionException}.
 *
 * <p>The node that owns the workflow decides on actions. A call waits up to {@code wait} for the decision and returns
 * the status that followed from it. It returns empty when there was no decision by then; the decision still follows.
 * The same action under the same {@linkplain ActionOptions#key key} returns the first decision again. An action that is
 * not possible throws {@link dev.holdfast.ActionRefusedException}. Requests and decisions are in the audit log.
 */
public interface Admin {
    /** Reads a workflow. */
    WorkflowSummary find(String id);

    /** Lists workflows, newest first. */
    Page<WorkflowSummary> list(WorkflowFilter filter);

    /** Lists the history of a workflow, in order. */
    Page<HistoryItem> history(String id, PageRequest page);

    /**
     * Writes the history of a workflow with all its values, as lines of JSON, from which the test kit can replay the
     * workflow. Holds about 1 MiB of it at a time. The last line shows that it is whole. Does not close the stream, and
     * writes nothing before the workflow is found. Throws {@link java.io.UncheckedIOException} if writing fails.
     */
    void exportHistory(String id, OutputStream to);

    /**
     * Reads the last value of each name that a workflow has {@linkplain dev.holdfast.WorkflowContext#publish
     * published}, by name.
     */
    List<PublishedValue> published(String id);

    /**
     * Cancels a workflow: its code stops at its next step, its saga blocks are undone, and it ends as CANCELLED.
     * Refused once the workflow has ended, and when its code ends or is parked without reaching another step.
     */
    Optional<WorkflowStatus> cancel(String id, ActionOptions options, Duration wait);

    /**
     * Ends a workflow as CANCELLED at once and interrupts its body. None of its code runs, so nothing is undone.
     * Refused once it has ended.
     */
    Optional<WorkflowStatus> terminate(String id, ActionOptions options, Duration wait);

    /**
     * Pauses a workflow: once its running body has ended, nothing of it runs until it is resumed or cancelled. Signals
     * are kept. Refused once it has ended, and while it is parked or compensates.
     */
    Optional<WorkflowStatus> pause(String id, ActionOptions options, Duration wait);

    /**
     * Resumes a paused workflow: it goes on where it was paused. Times go on during a pause, so what came due meanwhile
     * is due at once. Refused if it is not paused.
     */
    Optional<WorkflowStatus> resume(String id, ActionOptions options, Duration wait);

    /**
     * Deletes an ended workflow except for its audit entries. Its key and id stay reserved: a submission under them
     * throws {@link dev.holdfast.ErasedException}. Refused while the workflow has not ended.
     */
    Optional<WorkflowStatus> erase(String id, ActionOptions options, Duration wait);

    /**
     * Replaces the input, the result, and the values of steps, signals and publishing of an ended workflow by
     * {@code null}, and its errors by "scrubbed". Steps, attempts, times and labels stay. Refused while the workflow
     * has not ended.
     */
    Optional<WorkflowStatus> scrub(String id, ActionOptions options, Duration wait);

    /** Lists open dead letters, those of the newest workflows first. */
    Page<DeadLetter> deadLetters(DeadLetterFilter filter);

    /** Reads a dead letter, open or closed. */
    DeadLetter deadLetter(String id);

    /**
     * Continues a parked workflow at the step that it stopped at, with a fresh budget of attempts and the same
     * idempotency key. Refused once the dead letter is closed; with {@link dev.holdfast.StepInDoubtException} if it is
     * IN_DOUBT.
     */
    Optional<WorkflowStatus> retry(String deadLetterId, ActionOptions options, Duration wait);

    /**
     * Retries a dead letter as {@link #retry} does, also if it is IN_DOUBT: says that the body, which may have run, may
     * run again. Look first whether its effect is there. Refused once the dead letter is closed.
     */
    Optional<WorkflowStatus> runAgainAnyway(String deadLetterId, ActionOptions options, Duration wait);

    /** Ends a parked workflow as FAILED. Refused once the dead letter is closed. */
    Optional<WorkflowStatus> discard(String deadLetterId, ActionOptions options, Duration wait);

    /** Lists the retention rules by definition and status; rules for any definition or status come first. */
    List<RetentionRule> retention();

    /** Sets a rule, which replaces the rule for the same definition and status. */
    void retain(RetentionRule rule, ActionOptions options);

    /**
     * Deletes the rule for the definition and status of {@code rule}, whose {@code keep} does not count. Returns false
     * where there was none.
     */
    boolean dropRetention(RetentionRule rule, ActionOptions options);

    /**
     * Tells whether this database is a restored copy that is not adopted: it was restored from a backup, or copied, or
     * is marked as such. No node runs anything in it, and submissions throw {@link dev.holdfast.NotAdoptedException}.
     */
    boolean isRestored();

    /**
     * Lists the steps of a restored copy whose effects may have happened without being recorded, those of the oldest
     * workflows first. Empty where {@link #isRestored} is false.
     */
    Page<OpenIntent> openIntents(PageRequest page);

    /**
     * Adopts a restored copy: it becomes an installation of its own, and its nodes continue its open workflows within
     * about two heartbeats. Returns false, and changes nothing, where the database is not a restored copy. Do this only
     * if the original does not run these workflows any more, or if both may.
     */
    boolean adopt(ActionOptions options);

    /** Lists audit entries, newest first: one for each request and one for each decision. */
    Page<AuditEntry> audit(AuditFilter filter);

    /**
     * Lists the definitions that this node accepts, by name and version: those that are registered on it or, if it is a
     * gateway, on the living nodes.
     */
    List<DefinitionVersion> definitions();

    /** Lists the living nodes of this database, by name. */
    List<NodeSummary> nodes();

    /** Returns the name of this node. */
    String node();

    /** Tells whether this node may act: it is not closed and its lease runs. Does not ask the database. */
    boolean ready();

    /**
     * Checks each condition that must hold for this node to take work, as {@code /health/ready} does. Returns within 2
     * s, even while the database does not answer.
     *
     * <pre>{@code
     * Health health = holdfast.admin().health();
     * String shown = health.ready() ? "ready" : health.reason();
     * }</pre>
     */
    Health health();
}
