package dev.holdfast.spi;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowSummary;
import java.util.List;
import java.util.Optional;

/**
 * The administration of an installation: its lists, and the rules of its retention. No workflow needs it to run. Safe
 * for all threads; throws {@code StoreUnavailableException} when the store does not answer.
 */
public interface AdminStore {
    /** Workflows by filter, newest first. */
    Page<WorkflowSummary> list(WorkflowFilter filter);

    /** Rows of the audit log by filter, newest first; the row of a decision has the context of its request. */
    Page<AuditEntry> audit(AuditFilter filter);

    /** Dead letters that wait for a decision, those of the newest workflows first. */
    Page<DeadLetter> deadLetters(DeadLetterFilter filter);

    /** The place of the dead letter of this id; empty for an id of another form. */
    Optional<DeadLetterId> locateLetter(String id);

    /** The dead letter of this record, open or not. */
    Optional<DeadLetter> deadLetter(WorkflowKey key, int seq);

    /** The rules of retention, ordered by definition and status, those for any definition first. */
    List<RetentionRule> retention();

    /** Sets a rule, which replaces the one for the same definition and status; actor and reason go to the audit log. */
    void retain(RetentionRule rule, ActionOptions options);

    /** Deletes the rule for this definition and status; false if there was none. */
    boolean dropRetention(RetentionRule rule, ActionOptions options);

    /** The living nodes, by name. */
    List<NodeSummary> nodes();
}
