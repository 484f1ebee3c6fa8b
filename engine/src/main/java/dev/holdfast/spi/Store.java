package dev.holdfast.spi;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
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
 * The only storage port of the engine. Every implementation passes the contract suite. Safe for all threads. If the
 * store does not respond, reads throw {@code StoreUnavailableException}, and writes of running workflows wait.
 */
public interface Store extends AutoCloseable {
    /** The buckets of this node; none before {@link #join}. */
    Ownership ownership();

    /** The administration of the installation. May be used before {@link #join}. */
    AdminStore admin();

    /**
     * Joins as a node that runs these versions, and takes its share of the free buckets. A node that runs none is a
     * gateway, and gets no buckets. The listener is called for these, and for later ones. Waits while another process
     * that may be alive has the node's name; throws {@code HoldfastException} if it is alive. In a restored copy that
     * is not adopted it owns nothing, and joins by itself once the copy is adopted.
     */
    void join(OwnershipListener listener, Collection<DefinitionVersion> definitions) throws InterruptedException;

    /** Reads what the nodes announce that live, or did until lately. */
    List<Announcement> announcements();

    /**
     * The secret of this installation that signs the tokens of callbacks; 16 bytes or more. Do not change the array.
     */
    byte[] callbackSecret();

    /** Generates a place for a new workflow, in a bucket in which this node may start workflows if there is one. */
    WorkflowKey newKey();

    /** Returns the generated id of the workflow at this place. */
    String idOf(WorkflowKey key);

    /**
     * Opens the mailbox of a workflow whose last record is {@code lastSeq}. Only one mailbox of a workflow may be open
     * at a time; the caller must close it. Throws {@link OwnershipLostException} if this node does not own the bucket
     * or is giving it up.
     */
    Mailbox mailbox(WorkflowKey key, int lastSeq);

    /**
     * Throws {@code OverloadedException} if so many writes are waiting that a new submission must be rejected, and
     * {@code StoreUnavailableException} with the reason if the store is known to refuse writes. Writes of running
     * workflows are never rejected.
     */
    void requireRoom();

    /** Returns the place of the workflow if this submission is new. */
    WorkflowKey placeFor(KeyedSubmission keyed);

    /**
     * Accepts a submission under a key or id at this {@link #placeFor place}, or joins the existing workflow. The
     * future completes on a thread of the store that must not be blocked; exceptionally with
     * {@code SubmissionConflictException}, {@code SubmissionHeldException}, {@code ErasedException},
     * {@code InvalidInputException} or {@code StoreUnavailableException}. If the result has a mailbox, the caller must
     * start the workflow, even if the submitter does not wait any more: no poll finds the workflow.
     */
    CompletableFuture<SubmissionResult> admit(KeyedSubmission keyed, WorkflowKey place);

    /**
     * Lists workflows of these buckets that were running when their process ended, after {@code after} in key order.
     */
    List<WorkflowKey> interrupted(Collection<Integer> buckets, @Nullable WorkflowKey after, int limit);

    /** Lists owned workflows that are due now or within {@code ahead}, ordered by due time. */
    List<DueWorkflow> due(Duration ahead, int limit);

    /** Makes a workflow due after this time if it is due now, and changes nothing else: it cannot be read. */
    void postpone(WorkflowKey key, Duration by);

    /** Makes workflows of these buckets due that wait for these versions, at most {@code limit} of each version. */
    VersionWake wakeVersions(Collection<Integer> buckets, Collection<Wait.Version> versions, int limit);

    /**
     * Reads these workflows to run them, without those that have ended. The {@linkplain StoredWorkflow#isWhole long}
     * ones are not whole, so that the result has at most {@link StoredWorkflow#BYTES_MAX} for each.
     */
    List<StoredWorkflow> load(Collection<WorkflowKey> keys);

    /** Returns the size of the input and the log of a workflow, by {@link LogRecord#bytes}, without reading them. */
    long bytes(WorkflowKey key);

    /** Reads the input of a workflow; empty if there is no such workflow. */
    Optional<byte[]> input(WorkflowKey key);

    /** Finds the place of the workflow with this id. */
    Optional<WorkflowKey> locate(String id);

    /** Reads the summary of a workflow. */
    Optional<WorkflowSummary> find(WorkflowKey key);

    /**
     * Reads the records of a workflow with a seq over {@code afterSeq}, in order, up to {@code limit} and up to this
     * size by {@link LogRecord#bytes}, but at least one if there is one.
     */
    List<LogRecord> log(WorkflowKey key, int afterSeq, int limit, long bytesMax);

    /** Reads events with a seq over {@code afterSeq}, in order, for users; the cost depends on their number only. */
    List<HistoryEntry> history(WorkflowKey key, int afterSeq, int limit);

    /** Reads the last published value of each name, by name; the cost depends on the number of names only. */
    List<PublishedValue> published(WorkflowKey key);

    /**
     * Reads the states of these workflows, without those that were deleted, and the values that they have published
     * since, up to this size by {@link LogRecord#bytes} in all, but at least one if there is one. Every workflow gets
     * its turn before one gets more. The cost depends on their number, and on what is returned.
     */
    List<FeedEntry> feed(Collection<FeedPosition> watched, long bytesMax);

    /**
     * Reads the {@linkplain WorkflowHead heads} of these workflows, by uid, without those that have no record. The
     * value of an end is empty.
     */
    Map<UUID, WorkflowHead> heads(Collection<WorkflowKey> keys);

    /** Reads the same with the values of ends, which may be large: for few workflows at a time. */
    Map<UUID, WorkflowHead> headsWithValues(Collection<WorkflowKey> keys);

    /** Reads the head of a workflow with its value; empty if it has no record. */
    default Optional<WorkflowHead> head(WorkflowKey key) {
        return Optional.ofNullable(headsWithValues(List.of(key)).get(key.uid()));
    }

    /**
     * Adds an action to the inbox of its workflow, and the request to the audit log; returns once both are committed.
     * Does nothing if the action was requested before. Throws {@code StoreUnavailableException}.
     */
    void request(OperatorAction action, RequestContext context);

    /**
     * Adds a signal to the inbox of its workflow, with the time of the store; returns once it is committed. Does
     * nothing if the inbox or the log has a signal with this id. Returns the final status of a workflow that has ended:
     * then the signal was not kept, unless it is in the log. Throws {@code UnknownWorkflowException},
     * {@code StoreUnavailableException}, and {@code OverloadedException}, also if the workflow has about 10,000 signals
     * that its code has not taken.
     */
    Optional<WorkflowStatus> send(SignalMessage signal);

    /** Returns those of these signals that are in the log of their workflow already. */
    Set<UUID> received(Collection<SignalMessage> signals);

    /**
     * Reads at most {@code limit} messages that arrived after this place, and returns those to owned workflows that are
     * not applied yet, and can be now: not a cancel for code that its workflow {@linkplain Wait.Version waits} for.
     */
    InboxPage inbox(InboxCursor after, int limit);

    /** Returns at most {@code limit} of the same messages to these workflows, in the order of arrival. */
    List<InboxMessage> inbox(Collection<WorkflowKey> keys, int limit);

    /** Reads the results of these actions, by id, without those that are not decided yet. */
    Map<UUID, ActionResult> results(Collection<UUID> actions);

    /**
     * Deletes expired workflows, a limited number in one call. Returns owned workflows that must be copied to another
     * era by {@link WorkflowWrite.Rehoming} before their era can be dropped. Called by one thread.
     */
    EraSurvivors retire();

    /** Runs the readiness checks of the store. Returns within 2 s, also if the database does not respond. */
    List<HealthCheck> checks();

    /** The transactions for transactional steps; empty if the store has none. */
    default Optional<StepTransactions> transactions() {
        return Optional.empty();
    }

    /**
     * A part of this store that the engine does not use, but programs around it do, such as the API keys of an HTTP
     * server; empty if the store has none.
     */
    default <T> Optional<T> extension(Class<T> type) {
        return Optional.empty();
    }

    /**
     * Prepares for closing: takes no more buckets, and gives up each bucket once it is empty, so that other nodes can
     * take it before the close.
     */
    void drain();

    /** Gives up the ownership and closes everything; drops the writes that are still unwritten. May be called twice. */
    @Override
    void close();
}
