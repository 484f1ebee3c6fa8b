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
    /** What this node owns; nothing before {@link #join}. */
    Ownership ownership();

    /** What people ask of the installation; also before {@link #join}. */
    AdminStore admin();

    /**
     * Joins as a node and takes what is free of its share of the buckets; the rest comes later, as the listener is
     * told. Waits while another process that may live has the node's name; throws {@code HoldfastException} when it
     * does live.
     */
    void join(OwnershipListener listener) throws InterruptedException;

    /** A place for a new workflow: in a bucket that takes new ones here, if there is one. */
    WorkflowKey newKey();

    /** The id that a workflow with a generated id goes by. */
    String idOf(WorkflowKey key);

    /**
     * The mailbox of a workflow whose last record is {@code lastSeq}; one at a time, to be closed. Throws
     * {@link OwnershipLostException} where this node does not own its bucket, or is giving it up.
     */
    Mailbox mailbox(WorkflowKey key, int lastSeq);

    /**
     * Throws {@code OverloadedException} when too much is unwritten for another submission; running workflows are never
     * refused.
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

    /** Owned workflows that wait for their time, those due now or within {@code ahead}, the first ones first. */
    List<DueWorkflow> due(Duration ahead, int limit);

    /** Reads workflows to run them on; those that have ended are left out. */
    List<StoredWorkflow> load(Collection<WorkflowKey> keys);

    /** The place of the workflow of this id. */
    Optional<WorkflowKey> locate(String id);

    /** One workflow as readers see it. */
    Optional<WorkflowSummary> find(WorkflowKey key);

    /** The records of a workflow with a seq over {@code afterSeq}, in order. */
    List<LogRecord> log(WorkflowKey key, int afterSeq, int limit);

    /** The {@link WorkflowHead head} of each of these, by uid; without those that have no record. */
    Map<UUID, WorkflowHead> heads(Collection<WorkflowKey> keys);

    /** Its head; empty where it has no record. */
    default Optional<WorkflowHead> head(WorkflowKey key) {
        return Optional.ofNullable(heads(List.of(key)).get(key.uid()));
    }

    /**
     * Appends to the inbox of a workflow, and to the audit with the request that asked; returns once it is committed.
     * Nothing happens when it was there before. Throws {@code StoreUnavailableException}.
     */
    void request(OperatorAction action, RequestContext context);

    /** Messages to owned workflows that are not applied yet, without those of {@code except}, oldest first. */
    List<InboxMessage> inbox(Set<UUID> except, int limit);

    /** What was decided on these actions, by their id; those that are not decided yet are left out. */
    Map<UUID, ActionResult> results(Collection<UUID> actions);

    /**
     * Lets ended workflows go whose time is over, some at a time. Returns owned ones that are to be kept, and taken to
     * another era by {@link WorkflowWrite.Rehoming}, before the era that they lie in can go. Called by one thread.
     */
    EraSurvivors retire();

    /** What must hold of the store itself for its node to take work. Returns within 2 s, whatever is away. */
    List<HealthCheck> checks();

    /**
     * Takes no more buckets, and gives up each as soon as nothing runs in it: this node is about to close, and others
     * need not wait until it has.
     */
    void drain();

    /** Gives up the ownership and everything open; unwritten entries are dropped. May be called twice. */
    @Override
    void close();
}
