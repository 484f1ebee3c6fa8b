package dev.holdfast.spi;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.NodeSummary;
import dev.holdfast.admin.OpenIntent;
import dev.holdfast.admin.Page;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The administration of an installation: lists for operators, and the rules of retention. Workflows run without it.
 * Safe for all threads; throws {@code StoreUnavailableException} if the store does not respond.
 */
public interface AdminStore {
    /** Lists workflows by filter, newest first. */
    Page<WorkflowSummary> list(WorkflowFilter filter);

    /** Lists rows of the audit log by filter, newest first; the row of a decision has the context of its request. */
    Page<AuditEntry> audit(AuditFilter filter);

    /**
     * Adds a request that is refused at once, and the refusal, to the audit log: it never enters an inbox.
     * {@code status} is the status of the workflow; null if there is none. Does nothing if the audit log has the
     * request.
     */
    void refuse(UUID id, ActionKind kind, String target, @Nullable WorkflowStatus status, ActionOptions options);

    /** Lists open dead letters by filter, those of the newest workflows first. */
    Page<DeadLetter> deadLetters(DeadLetterFilter filter);

    /** Parses the id of a dead letter; empty if it has another form. Does not check whether the dead letter exists. */
    Optional<DeadLetterId> locateLetter(String id);

    /** Returns the dead letter of this record, open or not. */
    Optional<DeadLetter> deadLetter(WorkflowKey key, int seq);

    /** Lists the rules of retention by definition and status, those for any definition first. */
    List<RetentionRule> retention();

    /** Sets a rule in place of the one for the same definition and status; actor and reason go to the audit log. */
    void retain(RetentionRule rule, ActionOptions options);

    /** Deletes the rule for this definition and status; false if there was none. */
    boolean dropRetention(RetentionRule rule, ActionOptions options);

    /** Whether the database is a restored copy that is not adopted. */
    boolean isRestored();

    /** Lists the intents without an outcome of a restored copy, by workflow, oldest first; empty elsewhere. */
    Page<OpenIntent> openIntents(PageRequest page);

    /**
     * Adopts a restored copy, and fences all nodes that its tables name; actor and reason go to the audit log. Returns
     * false elsewhere.
     */
    boolean adopt(ActionOptions options);

    /** Lists the living nodes by name. */
    List<NodeSummary> nodes();
}
