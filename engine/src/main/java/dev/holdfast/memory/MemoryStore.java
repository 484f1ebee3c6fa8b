package dev.holdfast.memory;

import dev.holdfast.Codec;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.AdminStore;
import dev.holdfast.spi.Announcement;
import dev.holdfast.spi.DueWorkflow;
import dev.holdfast.spi.EraSurvivors;
import dev.holdfast.spi.FeedEntry;
import dev.holdfast.spi.FeedPosition;
import dev.holdfast.spi.HistoryEntry;
import dev.holdfast.spi.InboxCursor;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.InboxPage;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.OwnershipListener;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.SubmissionResult;
import dev.holdfast.spi.VersionWake;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A store in the memory of this process, for tests of the engine and of code on its storage port. Programs and tests of
 * workflows use {@link MemoryHoldfast}. Passes the same contract suite as the PostgreSQL store. Its data lives as long
 * as its {@link MemoryDatabase}. Safe for all threads. A closed store throws {@link StoreUnavailableException}.
 *
 * <p>A store is the connection of one node. A second store that joins the same database takes over all workflows, and
 * the first can write nothing any more. To simulate a crash and a restart, {@link #crash} a store and open another one
 * on the same database.
 */
public final class MemoryStore implements Store {
    private static final String NODE = "memory";
    private static final Duration HELD = Duration.ofMillis(3);

    private final MemoryDatabase database;
    private final String node;
    private final MemoryWriter writer;
    private final MemorySubmissions submissions;
    private final MemorySummaries summaries;
    private final MemoryAdministration administration;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final MemoryOwnership ownership;
    private final MemoryWork backlog;

    /** Opens the node "memory" on an empty database. */
    public MemoryStore() {
        this(new MemoryDatabase());
    }

    /** Opens the node "memory" on this database. */
    public MemoryStore(MemoryDatabase database) {
        this(database, NODE, new JacksonCodec());
    }

    /** Opens a node of this name. {@code codec} must be that of the engine: summaries decode stored errors with it. */
    public MemoryStore(MemoryDatabase database, String node, Codec codec) {
        this(database, node, codec, HELD);
    }

    /** Opens a node that writes a buffered outcome, or acceptance, after {@code heldFor} at the latest. */
    public MemoryStore(MemoryDatabase database, String node, Codec codec, Duration heldFor) {
        this(
                database,
                node,
                codec,
                heldFor,
                Thread.ofPlatform().daemon().name("holdfast-memory").factory());
    }

    /** Opens a node that writes on threads of this factory. */
    public MemoryStore(MemoryDatabase database, String node, Codec codec, Duration heldFor, ThreadFactory threads) {
        this.database = database;
        this.node = node;
        this.ownership = new MemoryOwnership(database, node);
        this.backlog = new MemoryWork(database, ownership);
        this.writer = new MemoryWriter(database, heldFor, threads);
        this.submissions = new MemorySubmissions(database);
        this.summaries = new MemorySummaries(database, codec);
        this.administration = new MemoryAdministration(database, summaries, this::requireOpen);
    }

    @Override
    public Ownership ownership() {
        return ownership;
    }

    @Override
    public AdminStore admin() {
        return administration;
    }

    @Override
    public void join(OwnershipListener listener, Collection<DefinitionVersion> definitions)
            throws InterruptedException {
        requireOpen();
        MemoryNode joined =
                database.join(node, definitions, reason -> writer.behind(() -> listener.lost(reason)), listener::wake);
        ownership.join(joined);
        writer.start(joined);
        listener.gained(IntStream.range(0, MemoryDatabase.BUCKETS).boxed().collect(Collectors.toSet()));
    }

    @Override
    public List<Announcement> announcements() {
        return database.locked(database::owner).map(MemoryNode::announcements).orElse(List.of());
    }

    @Override
    public byte[] callbackSecret() {
        return database.callbackSecret();
    }

    @Override
    public WorkflowKey newKey() {
        return database.newKey();
    }

    @Override
    public String idOf(WorkflowKey key) {
        return database.ids().format(key);
    }

    @Override
    public Mailbox mailbox(WorkflowKey key, int lastSeq) {
        if (ownership.member().filter(one -> !one.isOver()).isEmpty()) {
            throw new OwnershipLostException("node " + node + " does not own bucket " + key.bucket());
        }
        return new MemoryMailbox(writer, key, lastSeq);
    }

    @Override
    public void requireRoom() {
        writer.requireRoom();
    }

    @Override
    public WorkflowKey placeFor(KeyedSubmission keyed) {
        return submissions.placeFor(keyed);
    }

    @Override
    public CompletableFuture<SubmissionResult> admit(KeyedSubmission keyed, WorkflowKey place) {
        return writer.answer(() -> read(() -> {
            MemoryNode owner = ownership.member().filter(database::isOwner).orElse(null);
            SubmissionResult result = submissions.admit(keyed, place, owner);
            boolean starts = owner != null && keyed.creation().starts() && !result.joined();
            return starts ? result.with(new MemoryMailbox(writer, place, 0)) : result;
        }));
    }

    @Override
    public List<WorkflowKey> interrupted(Collection<Integer> buckets, @Nullable WorkflowKey after, int limit) {
        return read(() -> backlog.interrupted(buckets, after, limit));
    }

    @Override
    public List<DueWorkflow> due(Duration ahead, int limit) {
        return read(() -> backlog.due(ahead, limit));
    }

    @Override
    public void postpone(WorkflowKey key, Duration by) {
        database.locked(() -> {
            backlog.postpone(key, by);
            return key;
        });
    }

    @Override
    public VersionWake wakeVersions(Collection<Integer> buckets, Collection<Wait.Version> versions, int limit) {
        return read(() -> backlog.wakeVersions(buckets, versions, limit));
    }

    @Override
    public List<StoredWorkflow> load(Collection<WorkflowKey> keys) {
        return read(() -> {
            Instant now = database.now();
            return keys.stream()
                    .map(database::at)
                    .filter(Objects::nonNull)
                    .filter(workflow -> !workflow.status().isFinal())
                    .map(workflow -> workflow.stored(now))
                    .toList();
        });
    }

    @Override
    public Optional<WorkflowKey> locate(String id) {
        return read(() -> database.locate(id).filter(key -> database.at(key) != null));
    }

    @Override
    public Optional<WorkflowSummary> find(WorkflowKey key) {
        return read(() -> Optional.ofNullable(database.at(key)).map(summaries::of));
    }

    @Override
    public long bytes(WorkflowKey key) {
        return read(() ->
                Optional.ofNullable(database.at(key)).map(MemoryWorkflow::bytes).orElse(0L));
    }

    @Override
    public Optional<byte[]> input(WorkflowKey key) {
        return read(() -> Optional.ofNullable(database.at(key))
                .map(workflow -> workflow.creation().input()));
    }

    @Override
    public List<LogRecord> log(WorkflowKey key, int afterSeq, int limit, long bytesMax) {
        return read(() -> Optional.ofNullable(database.at(key))
                .map(workflow -> workflow.page(afterSeq, limit, bytesMax))
                .orElse(List.of()));
    }

    @Override
    public List<HistoryEntry> history(WorkflowKey key, int afterSeq, int limit) {
        return read(() -> Optional.ofNullable(database.at(key))
                .map(workflow -> new MemoryHistory(workflow.log(), database.now()).page(afterSeq, limit))
                .orElse(List.of()));
    }

    @Override
    public List<PublishedValue> published(WorkflowKey key) {
        return read(() -> Optional.ofNullable(database.at(key))
                .map(MemoryPublished::lastOfEachName)
                .orElse(List.of()));
    }

    @Override
    public List<FeedEntry> feed(Collection<FeedPosition> watched, long bytesMax) {
        return read(() -> MemoryPublished.feed(watched, database::at, bytesMax));
    }

    @Override
    public Map<UUID, WorkflowHead> heads(Collection<WorkflowKey> keys) {
        return heads(keys, WorkflowHead::withoutValue);
    }

    @Override
    public Map<UUID, WorkflowHead> headsWithValues(Collection<WorkflowKey> keys) {
        return heads(keys, head -> head);
    }

    private Map<UUID, WorkflowHead> heads(Collection<WorkflowKey> keys, UnaryOperator<WorkflowHead> form) {
        return read(() -> keys.stream()
                .map(database::at)
                .filter(workflow -> workflow != null && workflow.head().isPresent())
                .collect(Collectors.toMap(
                        workflow -> workflow.key().uid(),
                        workflow -> form.apply(workflow.head().orElseThrow()))));
    }

    @Override
    public void request(OperatorAction action, RequestContext context) {
        read(() -> {
            database.inbox().request(action, context);
            return action;
        });
    }

    @Override
    public Optional<WorkflowStatus> send(SignalMessage signal) {
        return read(() -> {
            MemoryWorkflow workflow = database.at(signal.key());
            if (workflow == null) {
                throw new UnknownWorkflowException(idOf(signal.key()));
            }
            if (database.inbox().has(signal.id()) || workflow.hasReceived(signal.id())) {
                return Optional.empty();
            }
            if (workflow.status().isFinal()) {
                return Optional.of(workflow.status());
            }
            database.inbox().send(signal.at(database.now()), workflow.untaken());
            return Optional.empty();
        });
    }

    @Override
    public Set<UUID> received(Collection<SignalMessage> signals) {
        return read(() ->
                signals.stream().filter(this::isReceived).map(SignalMessage::id).collect(Collectors.toSet()));
    }

    private boolean isReceived(SignalMessage signal) {
        MemoryWorkflow workflow = database.at(signal.key());
        return workflow != null && workflow.hasReceived(signal.id());
    }

    @Override
    public InboxPage inbox(InboxCursor after, int limit) {
        return read(() -> backlog.inbox(after, limit));
    }

    @Override
    public List<InboxMessage> inbox(Collection<WorkflowKey> keys, int limit) {
        return read(() -> backlog.inbox(keys, limit));
    }

    @Override
    public Map<UUID, ActionResult> results(Collection<UUID> actions) {
        return read(() -> actions.stream()
                .filter(id -> database.inbox().result(id).isPresent())
                .collect(Collectors.toMap(
                        id -> id, id -> database.inbox().result(id).orElseThrow())));
    }

    /** Deletes nothing. */
    @Override
    public EraSurvivors retire() {
        return EraSurvivors.NONE;
    }

    private <T> T read(Supplier<T> question) {
        requireOpen();
        return database.locked(question);
    }

    @Override
    public List<HealthCheck> checks() {
        String where = "in the memory of this process, and gone with it";
        return List.of(new HealthCheck("database", !closed.get(), closed.get() ? "this store is closed" : where));
    }

    private void requireOpen() {
        if (closed.get()) {
            throw new StoreUnavailableException("this store is closed", null);
        }
    }

    @Override
    public void drain() {
        requireOpen(); // a database in memory has one owner: no bucket can be handed over
    }

    /**
     * Ends like a killed process: drops unwritten writes, keeps the ownership, and notifies no listener. The threads of
     * an engine on this store continue, but can write nothing any more.
     */
    public void crash() {
        crash(() -> {});
    }

    private void crash(Runnable then) {
        closed.set(true);
        endMember("its process died");
        writer.behind(() -> {
            writer.end();
            then.run();
        });
    }

    /**
     * Plans a {@link #crash} of this node: as soon as the database has this many {@linkplain MemoryDatabase#records
     * records}, so that nothing follows the last of them, not even the confirmation to the code that wrote it. At once
     * if it has. Replaces an earlier plan. Calls {@code then} when it has happened, on a thread that must not be
     * blocked.
     */
    public void crashAfter(long records, Runnable then) {
        writer.plan(new CrashPlan(records, true, () -> crash(then)));
    }

    /**
     * Plans a {@link #crash} of this node: when the record of this number, counted from 1, is about to be committed to
     * the database, so that what ran before it is lost. Otherwise as {@link #crashAfter}.
     */
    public void crashBefore(long record, Runnable then) {
        writer.plan(new CrashPlan(record - 1, false, () -> crash(then)));
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        // Runs after the writes that are queued on the thread; buffered outcomes are dropped.
        writer.behind(() -> {
            endMember("it is closed").ifPresent(database::release);
            writer.end();
            ended.complete(null);
        });
        ended.join();
    }

    /** Ends the membership under the lock, so that no transaction of this node runs afterwards. */
    private Optional<MemoryNode> endMember(String reason) {
        return database.locked(() -> {
            Optional<MemoryNode> ending = ownership.member();
            ending.ifPresent(one -> one.end(reason));
            return ending;
        });
    }
}
