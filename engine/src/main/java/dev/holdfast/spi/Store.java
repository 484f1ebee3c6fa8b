package dev.holdfast.spi;

import dev.holdfast.Page;
import dev.holdfast.WorkflowFilter;
import dev.holdfast.WorkflowSummary;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one storage port of the engine. Every implementation passes the contract suite. Safe for all threads; reads throw
 * {@code StoreUnavailableException} when the store does not answer, writes of running workflows wait until it does.
 */
public interface Store extends AutoCloseable {
    /**
     * Joins as a node and returns once this node owns its buckets; waits while another one does. {@code lost} is called
     * once, on a thread of the store, when another process has taken over: stop everything.
     */
    Ownership join(Consumer<OwnershipLostException> lost) throws InterruptedException;

    /** A place for a new workflow, in a bucket that this node owns. */
    WorkflowKey newKey();

    /** The id that a workflow with a generated id goes by. */
    String idOf(WorkflowKey key);

    /** The mailbox of a workflow whose last record is {@code lastSeq}; one at a time. */
    Mailbox mailbox(WorkflowKey key, int lastSeq);

    /**
     * Throws {@code OverloadedException} when too much is unwritten for another submission; running workflows are never
     * refused.
     */
    void requireRoom();

    /**
     * Accepts a submission under a key or id, or joins the one that was there. The future is completed on a thread of
     * the store that must not be blocked; exceptionally with {@code SubmissionConflictException},
     * {@code SubmissionHeldException}, {@code InvalidInputException} or {@code StoreUnavailableException}. Whoever
     * gives up waiting must still start what was admitted later.
     */
    CompletableFuture<Admitted> admit(Admission admission);

    /** Owned workflows that were running when their process ended, after {@code after} in key order. */
    List<WorkflowKey> interrupted(@Nullable WorkflowKey after, int limit);

    /** Owned workflows that are queued and due, oldest first. */
    List<WorkflowKey> due(int limit);

    /** Reads workflows to run them on; those that have ended or are parked are left out. */
    List<StoredWorkflow> load(Collection<WorkflowKey> keys);

    /** The place of the workflow of this id. */
    Optional<WorkflowKey> locate(String id);

    /** One workflow as readers see it. */
    Optional<WorkflowSummary> find(WorkflowKey key);

    /** Workflows by filter, newest first. */
    Page<WorkflowSummary> list(WorkflowFilter filter);

    /** The records of a workflow with a seq over {@code afterSeq}, in order. */
    List<LogRow> log(WorkflowKey key, int afterSeq, int limit);

    /** Its last record. */
    Optional<LogRow> lastRow(WorkflowKey key);

    /** Gives up the ownership and everything open; unwritten entries are dropped. May be called twice. */
    @Override
    void close();
}
