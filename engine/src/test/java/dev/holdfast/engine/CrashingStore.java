package dev.holdfast.engine;

import dev.holdfast.OverloadedException;
import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.admin.PublishedValue;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.memory.MemoryStore;
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
import dev.holdfast.spi.SignalMessage;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.SubmissionResult;
import dev.holdfast.spi.VersionWake;
import dev.holdfast.spi.Wait;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The store of a node whose process can die at named points. The threads of a dead process cannot be stopped from
 * outside, so what they do to the world goes through {@link #whileAlive}: nothing of it happens after the death.
 */
final class CrashingStore implements Store {
    private final MemoryStore store;
    private final CrashPlan plan;
    private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();
    private volatile Predicate<WorkflowWrite> refused = write -> false;
    private final AtomicInteger submissions = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private final List<Integer> feeds = new CopyOnWriteArrayList<>();
    private volatile CompletableFuture<Void> answering = CompletableFuture.completedFuture(null);
    private volatile boolean dead;
    private volatile boolean busy;
    private volatile Consumer<WorkflowKey> onRead = key -> {};
    private final PausableLease lease;

    CrashingStore(MemoryStore store, CrashPlan plan) {
        this.store = store;
        this.plan = plan;
        this.lease = new PausableLease(store.ownership());
    }

    /** The store can never take such entries. */
    void refuse(Predicate<WorkflowWrite> entries) {
        refused = entries;
    }

    boolean refuses(WorkflowWrite write) {
        return refused.test(write);
    }

    /** No submission is answered before this is done. */
    void answerSubmissions(CompletableFuture<Void> when) {
        answering = when;
    }

    /** People ask so much that more questions are refused. */
    void refuseQuestions() {
        busy = true;
    }

    /** How many workflows each query of the feed was about. */
    List<Integer> feeds() {
        return feeds;
    }

    /** How many were asked for. */
    int submissions() {
        return submissions.get();
    }

    /** How often the node has looked for what is due. */
    int looks() {
        return looks.get();
    }

    /** The database does not confirm heartbeats any more, or does so again. */
    void pauseLease(boolean paused) {
        lease.pause(paused);
    }

    boolean isDead() {
        return dead;
    }

    /** The process dies, now, whatever it is doing. */
    void crash() {
        life.writeLock().lock();
        try {
            dead = true;
            store.crash();
        } finally {
            life.writeLock().unlock();
        }
    }

    /** Dies if it is planned; returns whether it is dead. */
    boolean reached(CrashPoint point, int position) {
        if (!dead && plan.diesAt(point, position)) {
            crash();
        }
        return dead;
    }

    /** Whether the process is to die here, for what has to be arranged before. */
    boolean willDieAt(CrashPoint point, int position) {
        return !dead && plan.diesAt(point, position);
    }

    /** Does something to the world; a dead process does nothing. */
    void whileAlive(Runnable effect) {
        life.readLock().lock();
        try {
            if (dead) {
                throw new IllegalStateException("the process is dead");
            }
            effect.run();
        } finally {
            life.readLock().unlock();
        }
    }

    @Override
    public Ownership ownership() {
        return lease;
    }

    @Override
    public AdminStore admin() {
        return store.admin();
    }

    @Override
    public void join(OwnershipListener listener, Collection<DefinitionVersion> definitions)
            throws InterruptedException {
        store.join(listener, definitions);
    }

    @Override
    public List<Announcement> announcements() {
        return store.announcements();
    }

    @Override
    public Mailbox mailbox(WorkflowKey key, int lastSeq) {
        return new CrashingMailbox(this, store.mailbox(key, lastSeq), key);
    }

    @Override
    public byte[] callbackSecret() {
        return store.callbackSecret();
    }

    @Override
    public WorkflowKey newKey() {
        return store.newKey();
    }

    @Override
    public String idOf(WorkflowKey key) {
        return store.idOf(key);
    }

    @Override
    public List<HealthCheck> checks() {
        return store.checks();
    }

    @Override
    public void requireRoom() {
        store.requireRoom();
    }

    @Override
    public WorkflowKey placeFor(KeyedSubmission keyed) {
        return store.placeFor(keyed);
    }

    @Override
    public CompletableFuture<SubmissionResult> admit(KeyedSubmission keyed, WorkflowKey place) {
        CompletableFuture<Void> wait = answering;
        submissions.incrementAndGet();
        return wait.thenCompose(answers -> store.admit(keyed, place)).thenApply(result -> {
            Mailbox mailbox = result.mailbox();
            return mailbox == null ? result : result.with(new CrashingMailbox(this, mailbox, result.key()));
        });
    }

    @Override
    public List<WorkflowKey> interrupted(Collection<Integer> buckets, @Nullable WorkflowKey after, int limit) {
        return store.interrupted(buckets, after, limit);
    }

    @Override
    public List<DueWorkflow> due(Duration ahead, int limit) {
        looks.incrementAndGet();
        return store.due(ahead, limit);
    }

    @Override
    public void postpone(WorkflowKey key, Duration by) {
        store.postpone(key, by);
    }

    @Override
    public VersionWake wakeVersions(Collection<Integer> buckets, Collection<Wait.Version> versions, int limit) {
        return store.wakeVersions(buckets, versions, limit);
    }

    @Override
    public List<StoredWorkflow> load(Collection<WorkflowKey> keys) {
        return store.load(keys);
    }

    @Override
    public Optional<WorkflowKey> locate(String id) {
        return store.locate(id);
    }

    @Override
    public Optional<WorkflowSummary> find(WorkflowKey key) {
        if (busy) {
            throw new OverloadedException("too many people ask", Duration.ofSeconds(1));
        }
        return store.find(key);
    }

    @Override
    public long bytes(WorkflowKey key) {
        return store.bytes(key);
    }

    @Override
    public Optional<byte[]> input(WorkflowKey key) {
        return store.input(key);
    }

    @Override
    public List<LogRecord> log(WorkflowKey key, int afterSeq, int limit, long bytesMax) {
        onRead.accept(key);
        return store.log(key, afterSeq, limit, bytesMax);
    }

    /** What happens whenever a page of a long history is read. */
    void onRead(Consumer<WorkflowKey> happens) {
        onRead = happens;
    }

    @Override
    public List<HistoryEntry> history(WorkflowKey key, int afterSeq, int limit) {
        return store.history(key, afterSeq, limit);
    }

    @Override
    public List<PublishedValue> published(WorkflowKey key) {
        return store.published(key);
    }

    @Override
    public List<FeedEntry> feed(Collection<FeedPosition> watched, long bytesMax) {
        feeds.add(watched.size());
        return store.feed(watched, bytesMax);
    }

    @Override
    public Map<UUID, WorkflowHead> heads(Collection<WorkflowKey> keys) {
        return store.heads(keys);
    }

    @Override
    public Map<UUID, WorkflowHead> headsWithValues(Collection<WorkflowKey> keys) {
        return store.headsWithValues(keys);
    }

    @Override
    public void request(OperatorAction action, RequestContext context) {
        store.request(action, context);
    }

    @Override
    public Optional<WorkflowStatus> send(SignalMessage signal) {
        return store.send(signal);
    }

    @Override
    public Set<UUID> received(Collection<SignalMessage> signals) {
        return store.received(signals);
    }

    @Override
    public InboxPage inbox(InboxCursor after, int limit) {
        return store.inbox(after, limit);
    }

    @Override
    public List<InboxMessage> inbox(Collection<WorkflowKey> keys, int limit) {
        return store.inbox(keys, limit);
    }

    @Override
    public Map<UUID, ActionResult> results(Collection<UUID> actions) {
        return store.results(actions);
    }

    @Override
    public EraSurvivors retire() {
        return store.retire();
    }

    @Override
    public void drain() {
        store.drain();
    }

    @Override
    public void close() {
        store.close();
    }
}
