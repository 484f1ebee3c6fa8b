package dev.holdfast.spi;

import dev.holdfast.admin.HealthCheck;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowSummary;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The one storage port of the engine. Every implementation passes the contract suite. Safe for all threads; reads throw
 * {@code StoreUnavailableException} when the store does not answer, writes of running workflows wait until it does.
 */
public interface Store extends AutoCloseable {
    /** The buckets of this node; none before {@link #join}. */
    Ownership ownership();

    /** The administration of the installation; also before {@link #join}. */
    AdminStore admin();

    /**
     * Joins as a node and takes the free buckets of its share; the listener is called when more come later. Waits while
     * another process that may be alive has the node's name; throws {@code HoldfastException} if it is alive.
     */
    void join(OwnershipListener listener) throws InterruptedException;

    /** A place for a new workflow, in a bucket in which this node may start workflows, if there is one. */
    WorkflowKey newKey();

    /** The generated id of the workflow at this place. */
    String idOf(WorkflowKey key);

    /**
     * Opens the mailbox of a workflow whose last record is {@code lastSeq}; one at a time, to be closed. Throws
     * {@link OwnershipLostException} if this node does not own the bucket or is giving it up.
     */
    Mailbox mailbox(WorkflowKey key, int lastSeq);

    /**
     * Throws {@code OverloadedException} when too many writes wait to accept another submission; running workflows are
     * never refused.
     */
    void requireRoom();

    /** The place of this submission if it is new. */
    WorkflowKey placeFor(KeyedSubmission keyed);

    /**
     * Accepts a submission under a key or id at this {@link #placeFor place}, or joins the workflow that was there. The
     * future is completed on a thread of the store that must not be blocked; exceptionally with
     * {@code SubmissionConflictException}, {@code SubmissionHeldException}, {@code ErasedException},
     * {@code InvalidInputException} or {@code StoreUnavailableException}. If the result has a mailbox, the caller must
     * start the workflow, even if its submitter has given up waiting: no other node looks for it.
     */
    CompletableFuture<SubmissionResult> admit(KeyedSubmission keyed, WorkflowKey place);

    /** Workflows of these buckets that were running when their process ended, after {@code after} in key order. */
    List<WorkflowKey> interrupted(Collection<Integer> buckets, @Nullable WorkflowKey after, int limit);

    /** Owned workflows that are due now or within {@code ahead}, ordered by due time. */
    List<DueWorkflow> due(Duration ahead, int limit);

    /** Reads workflows to continue them; without those that have ended. */
    List<StoredWorkflow> load(Collection<WorkflowKey> keys);

    /** The place of the workflow of this id. */
    Optional<WorkflowKey> locate(String id);

    /** The summary of a workflow. */
    Optional<WorkflowSummary> find(WorkflowKey key);

    /** The records of a workflow with a seq over {@code afterSeq}, in order. */
    List<LogRecord> log(WorkflowKey key, int afterSeq, int limit);

    /** The {@link WorkflowHead head} of each of these, by uid; without those that have no record. */
    Map<UUID, WorkflowHead> heads(Collection<WorkflowKey> keys);

    /** The head of a workflow; empty if it has no record. */
    default Optional<WorkflowHead> head(WorkflowKey key) {
        return Optional.ofNullable(heads(List.of(key)).get(key.uid()));
    }

    /**
     * Appends an action to the inbox of its workflow, and the request to the audit log; returns once it is committed.
     * Does nothing if the action was there before. Throws {@code StoreUnavailableException}.
     */
    void request(OperatorAction action, RequestContext context);

    /** Messages to owned workflows that are not applied yet, without those of {@code except}, oldest first. */
    List<InboxMessage> inbox(Set<UUID> except, int limit);

    /** The results of these actions, by id; without those that are not decided yet. */
    Map<UUID, ActionResult> results(Collection<UUID> actions);

    /**
     * Deletes expired workflows, a limited number at a time. Returns owned workflows that must be copied to another era
     * by {@link WorkflowWrite.Rehoming} before their era can be dropped. Called by one thread.
     */
    EraSurvivors retire();

    /** The checks of readiness of the store. Returns within 2 s, also if the database does not answer. */
    List<HealthCheck> checks();

    /**
     * Prepares for closing: takes no more buckets, and gives up each as soon as nothing runs in it, so that other nodes
     * need not wait for the close.
     */
    void drain();

    /** Gives up the ownership and closes everything; drops unwritten writes. May be called twice. */
    @Override
    void close();
}
