package dev.holdfast.memory;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The data of a store in memory: the workflows and their owner. Tests make it and open one {@link MemoryStore} after
 * another on it, or pass it to {@link MemoryHoldfast#on}. Its data lives as long as this object. Safe for all threads.
 *
 * <p>One lock guards all data, so the function that {@link #locked} runs is one transaction.
 */
public final class MemoryDatabase {
    static final int BUCKETS = 16;
    private static final long ERA_SECONDS = 7 * 24 * 3600;

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled after each transaction. */
    private final Condition changed = lock.newCondition();

    private final InstantSource clock;
    private final RandomGenerator random;
    private final WorkflowIds ids;
    private final Map<UUID, MemoryWorkflow> workflows = new HashMap<>();
    private final Map<SubmissionName, NamedWorkflow> names = new HashMap<>();
    private final Map<String, Integer> nodeNumbers = new HashMap<>();
    private final MemoryAudit audit = new MemoryAudit(this::now);
    private final MemoryInbox inbox = new MemoryInbox(audit);
    private final byte[] callbackSecret = new SecureRandom().generateSeed(32);
    private final MemoryRetention retention = new MemoryRetention(audit);
    private final MemoryActivity activity = new MemoryActivity(this);
    private @Nullable MemoryNode owner;
    private long epoch;
    private long records;

    /** The unique name of a submission: a key in the scope of its definition, or an id. */
    record SubmissionName(String scope, String name) {}

    /** The workflow that has such a name, and the digest of its input. */
    record NamedWorkflow(WorkflowKey key, byte[] digest) {}

    /** Makes an empty database on the system's clock. */
    public MemoryDatabase() {
        this(InstantSource.system());
    }

    /** Makes an empty database on this clock, which gives all stored times and decides which workflows are due. */
    public MemoryDatabase(InstantSource clock) {
        this(clock, new SplittableRandom());
    }

    /** Makes an empty database on this clock, whose ids are made of these numbers. */
    public MemoryDatabase(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
        this.ids = new WorkflowIds(BUCKETS, random.nextLong());
    }

    <T> T locked(Supplier<T> transaction) {
        lock.lock();
        try {
            return transaction.get();
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    /**
     * Waits, up to {@code atMost}, until no workflow can run before a later time or a message: none is loaded or due,
     * every record is written, and no message is left to apply. Then calls {@code act} in one transaction, with the
     * time at which the next workflow is due, if any is; empty if it did not come to that. {@code act} may move the
     * clock of this database, which must stand still otherwise: the node looks at once for what is due then. It must
     * not wait.
     *
     * <p>For test kits with a virtual time.
     */
    public <T> Optional<T> whenIdle(Duration atMost, Function<Optional<Instant>, T> act) throws InterruptedException {
        T result;
        Optional<MemoryNode> node;
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (!activity.isIdle()) {
                if (left <= 0) {
                    return Optional.empty();
                }
                left = changed.awaitNanos(left);
            }
            result = act.apply(activity.nextDue());
            node = owner();
        } finally {
            lock.unlock();
        }
        node.ifPresent(MemoryNode::wake);
        return Optional.of(result);
    }

    /** Lets the node look at once for what is due and for messages, as it does by itself once in an interval. */
    public void wakeNode() {
        locked(this::owner).ifPresent(MemoryNode::wake);
    }

    /** Returns how many records were ever committed to the logs of this database. */
    public long records() {
        return locked(() -> records);
    }

    /** Counts committed records. Called inside a transaction. */
    void recorded(int number) {
        records += number;
    }

    WorkflowIds ids() {
        return ids;
    }

    /** Returns the time in microseconds, the precision of PostgreSQL. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /** Generates the key of a new workflow in this bucket. */
    WorkflowKey newKey(int bucket) {
        Instant now = now();
        long number = locked(random::nextLong);
        return ids.generate(bucket, (int) (now.getEpochSecond() / ERA_SECONDS), now, number);
    }

    /** Generates the key of a new workflow in any bucket. */
    WorkflowKey newKey() {
        return newKey(locked(() -> random.nextInt(BUCKETS)));
    }

    /** Makes this node the owner of all workflows and notifies its predecessor. */
    MemoryNode join(
            String node,
            Collection<DefinitionVersion> definitions,
            Consumer<OwnershipLostException> lost,
            Runnable wake) {
        record Change(MemoryNode member, @Nullable MemoryNode former) {}
        Change change = locked(() -> {
            MemoryNode former = owner;
            int number = nodeNumbers.computeIfAbsent(node, name -> nodeNumbers.size() + 1);
            MemoryNode member = new MemoryNode(this, node, number, ++epoch, definitions, lost, wake);
            owner = member;
            return new Change(member, former);
        });
        if (change.former() != null) {
            change.former().deposed(change.member());
        }
        return change.member();
    }

    /** Gives up the ownership, if this node still has it. */
    void release(MemoryNode member) {
        locked(() -> {
            owner = isOwner(member) ? null : owner;
            return owner;
        });
    }

    // The methods below are called inside a transaction, or read one field.

    boolean isOwner(@Nullable MemoryNode member) {
        return member != null && locked(() -> member.equals(owner));
    }

    Optional<MemoryNode> owner() {
        return Optional.ofNullable(owner);
    }

    /** Counts the workflows that wait until they are due. */
    int waiting() {
        return (int)
                all().stream().filter(workflow -> workflow.isDue(Instant.MAX)).count();
    }

    MemoryRetention retention() {
        return retention;
    }

    MemoryAudit audit() {
        return audit;
    }

    MemoryActivity activity() {
        return activity;
    }

    byte[] callbackSecret() {
        return callbackSecret;
    }

    MemoryInbox inbox() {
        return inbox;
    }

    /** The place that an id names; throws for one of the generated form that was never generated. */
    Optional<WorkflowKey> locate(String id) {
        NamedWorkflow named = named(new SubmissionName(KeyedSubmission.ID_SCOPE, id));
        return named == null ? ids.parse(id) : Optional.of(named.key());
    }

    @Nullable
    MemoryWorkflow at(WorkflowKey key) {
        MemoryWorkflow found = workflows.get(key.uid());
        return found == null || !found.key().equals(key) ? null : found;
    }

    Collection<MemoryWorkflow> all() {
        return workflows.values();
    }

    void add(MemoryWorkflow workflow) {
        workflows.put(workflow.key().uid(), workflow);
    }

    /** Removes the workflow; its key and id stay reserved. */
    void erase(MemoryWorkflow workflow) {
        workflows.remove(workflow.key().uid());
        names.putIfAbsent(new SubmissionName("*", workflow.id()), new NamedWorkflow(workflow.key(), new byte[0]));
    }

    @Nullable
    NamedWorkflow named(SubmissionName name) {
        return names.get(name);
    }

    void name(SubmissionName name, NamedWorkflow workflow) {
        names.put(name, workflow);
    }
}
