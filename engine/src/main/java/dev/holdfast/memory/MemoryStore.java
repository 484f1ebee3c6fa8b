package dev.holdfast.memory;

import dev.holdfast.Codec;
import dev.holdfast.JacksonCodec;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.AdminStore;
import dev.holdfast.spi.DueWorkflow;
import dev.holdfast.spi.EraSurvivors;
import dev.holdfast.spi.InboxMessage;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.OwnershipListener;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.SubmissionResult;
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
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A store in the memory of this process: for tests of workflows, and of the engine itself. Given to an engine by a
 * test; keeps what it is told for as long as its {@link MemoryDatabase} lives, and passes the same contract suite as
 * the PostgreSQL store. Safe for all threads.
 *
 * <p>It is one node's connection: a second store that joins the same database takes everything over, and the first one
 * can write nothing any more. So a crash and a restart are {@link #crash} and a new store on the same database.
 */
public final class MemoryStore implements Store {
    private static final String NODE = "memory";
    private static final Duration HELD = Duration.ofMillis(3);

    private final MemoryDatabase database;
    private final String node;
    private final MemoryWriter writer;
    private final MemorySubmissions admissions;
    private final MemorySummaries summaries;
    private final MemoryAdministration administration;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final MemoryOwnership ownership;
    private final MemoryWork backlog;

    /** A node of its own on an empty database. */
    public MemoryStore() {
        this(new MemoryDatabase());
    }

    /** The node "memory" of this database. */
    public MemoryStore(MemoryDatabase database) {
        this(database, NODE, new JacksonCodec());
    }

    /** A node of this name; the codec is the engine's, and reads the errors that are shown. */
    public MemoryStore(MemoryDatabase database, String node, Codec codec) {
        this(database, node, codec, HELD);
    }

    /** With another time after which what is held goes alone. */
    MemoryStore(MemoryDatabase database, String node, Codec codec, Duration heldFor) {
        this.database = database;
        this.node = node;
        this.ownership = new MemoryOwnership(node);
        this.backlog = new MemoryWork(database, ownership);
        this.writer = new MemoryWriter(database, heldFor);
        this.admissions = new MemorySubmissions(database);
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
    public void join(OwnershipListener listener) throws InterruptedException {
        requireOpen();
        MemoryNode joined = database.join(node, reason -> writer.behind(() -> listener.lost(reason)));
        ownership.join(joined);
        writer.start(joined);
        listener.gained(IntStream.range(0, MemoryDatabase.BUCKETS).boxed().collect(Collectors.toSet()));
    }

    @Override
    public WorkflowKey newKey() {
        return database.newKey(ThreadLocalRandom.current().nextInt(MemoryDatabase.BUCKETS));
    }

    @Override
    public String idOf(WorkflowKey key) {
        return database.ids().format(key);
    }

    @Override
    public Mailbox mailbox(SubmissionResult admitted) {
        return mailbox(admitted.key(), 0);
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
    public CompletableFuture<SubmissionResult> admit(KeyedSubmission admission) {
        return writer.answer(() -> read(() -> admissions.admit(
                admission, ownership.member().filter(database::isOwner).orElse(null))));
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
        return read(() -> {
            var claimed = database.claimed(new MemoryDatabase.Claim(KeyedSubmission.ID_SCOPE, id));
            Optional<WorkflowKey> place = claimed != null
                    ? Optional.of(claimed.key())
                    : database.ids().parse(id);
            return place.filter(key -> database.at(key) != null);
        });
    }

    @Override
    public Optional<WorkflowSummary> find(WorkflowKey key) {
        return read(() -> Optional.ofNullable(database.at(key)).map(summaries::of));
    }

    @Override
    public List<LogRecord> log(WorkflowKey key, int afterSeq, int limit) {
        return read(() -> Optional.ofNullable(database.at(key)).map(MemoryWorkflow::log).orElse(List.of()).stream()
                .skip(afterSeq)
                .limit(limit)
                .toList());
    }

    @Override
    public Map<UUID, WorkflowHead> heads(Collection<WorkflowKey> keys) {
        return read(() -> keys.stream()
                .map(database::at)
                .filter(workflow -> workflow != null && workflow.head().isPresent())
                .collect(Collectors.toMap(
                        workflow -> workflow.key().uid(),
                        workflow -> workflow.head().orElseThrow())));
    }

    @Override
    public void request(OperatorAction action, RequestContext context) {
        read(() -> {
            database.inbox().request(action, context);
            return action;
        });
    }

    @Override
    public List<InboxMessage> inbox(Set<UUID> except, int limit) {
        return read(() -> backlog.inbox(except, limit));
    }

    @Override
    public Map<UUID, ActionResult> results(Collection<UUID> actions) {
        return read(() -> actions.stream()
                .filter(id -> database.inbox().result(id).isPresent())
                .collect(Collectors.toMap(
                        id -> id, id -> database.inbox().result(id).orElseThrow())));
    }

    /** Keeps everything. */
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
        requireOpen(); // there are no buckets to give up one by one
    }

    /**
     * Ends as a process does that is killed: what is not written never will be, nothing is given up, nobody is told.
     * Threads of an engine on it are not ended, but they can write nothing any more.
     */
    public void crash() {
        closed.set(true);
        endMember("its process died");
        writer.behind(writer::end);
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        CompletableFuture<Void> ended = new CompletableFuture<>();
        // Behind what was to be written at once; what was only held is dropped.
        writer.behind(() -> {
            endMember("it is closed").ifPresent(database::leave);
            writer.end();
            ended.complete(null);
        });
        ended.join();
    }

    /** No transaction of this node is under way when it returns, and none will be. */
    private Optional<MemoryNode> endMember(String reason) {
        return database.locked(() -> {
            Optional<MemoryNode> ending = ownership.member();
            ending.ifPresent(one -> one.end(reason));
            return ending;
        });
    }
}
