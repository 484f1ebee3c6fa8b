package dev.holdfast.engine;

import dev.holdfast.HealthCheck;
import dev.holdfast.RequestContext;
import dev.holdfast.WorkflowSummary;
import dev.holdfast.spi.Administration;
import dev.holdfast.spi.Admission;
import dev.holdfast.spi.Admitted;
import dev.holdfast.spi.Answer;
import dev.holdfast.spi.Ask;
import dev.holdfast.spi.BucketListener;
import dev.holdfast.spi.Due;
import dev.holdfast.spi.Entry;
import dev.holdfast.spi.LogRow;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.Survivors;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.testing.MemoryStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantReadWriteLock;
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
    private volatile Predicate<Entry> refused = entry -> false;
    private final AtomicInteger admissions = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();
    private volatile CompletableFuture<Void> answering = CompletableFuture.completedFuture(null);
    private volatile boolean dead;
    private final PausableLease lease;

    CrashingStore(MemoryStore store, CrashPlan plan) {
        this.store = store;
        this.plan = plan;
        this.lease = new PausableLease(store.ownership());
    }

    /** The store can never take such entries. */
    void refuse(Predicate<Entry> entries) {
        refused = entries;
    }

    boolean refuses(Entry entry) {
        return refused.test(entry);
    }

    /** No admission is answered before this is done. */
    void answerAdmissions(CompletableFuture<Void> when) {
        answering = when;
    }

    /** How many were asked for. */
    int admissions() {
        return admissions.get();
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
    public Administration administration() {
        return store.administration();
    }

    @Override
    public void join(BucketListener listener) throws InterruptedException {
        store.join(listener);
    }

    @Override
    public Mailbox mailbox(WorkflowKey key, int lastSeq) {
        return new CrashingMailbox(this, store.mailbox(key, lastSeq), key);
    }

    @Override
    public Mailbox mailbox(Admitted admitted) {
        return new CrashingMailbox(this, store.mailbox(admitted), admitted.key());
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
    public CompletableFuture<Admitted> admit(Admission admission) {
        CompletableFuture<Void> wait = answering;
        admissions.incrementAndGet();
        return wait.thenCompose(answers -> store.admit(admission));
    }

    @Override
    public List<WorkflowKey> interrupted(Collection<Integer> buckets, @Nullable WorkflowKey after, int limit) {
        return store.interrupted(buckets, after, limit);
    }

    @Override
    public List<Due> due(Duration ahead, int limit) {
        looks.incrementAndGet();
        return store.due(ahead, limit);
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
        return store.find(key);
    }

    @Override
    public List<LogRow> log(WorkflowKey key, int afterSeq, int limit) {
        return store.log(key, afterSeq, limit);
    }

    @Override
    public Map<UUID, LogRow> lastRows(Collection<WorkflowKey> keys) {
        return store.lastRows(keys);
    }

    @Override
    public void ask(Ask ask, RequestContext context) {
        store.ask(ask, context);
    }

    @Override
    public List<Ask> inbox(Set<UUID> except, int limit) {
        return store.inbox(except, limit);
    }

    @Override
    public Map<UUID, Answer> answers(Collection<UUID> asks) {
        return store.answers(asks);
    }

    @Override
    public Survivors retire() {
        return store.retire();
    }

    @Override
    public void leave() {
        store.leave();
    }

    @Override
    public void close() {
        store.close();
    }
}
