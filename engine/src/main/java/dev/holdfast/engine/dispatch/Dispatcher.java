package dev.holdfast.engine.dispatch;

import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The loaded workflows of this node, never more than the limit, and never one twice: who wants to start one reserves a
 * slot and claims the workflow first, before its log is read. Safe for all threads.
 */
public final class Dispatcher {
    private final ConcurrentHashMap<UUID, Claim> claims = new ConcurrentHashMap<>();
    private final Semaphore slots;
    private final int limit;
    private final LocalWaiters<WorkflowKey, WorkflowEnd> waiters;
    private volatile Consumer<Execution> left = execution -> {};
    private volatile boolean stopping;

    public Dispatcher(int limit, LocalWaiters<WorkflowKey, WorkflowEnd> waiters) {
        this.limit = limit;
        this.slots = new Semaphore(limit);
        this.waiters = waiters;
    }

    /** Told whenever a workflow has left. */
    void onLeft(Consumer<Execution> told) {
        left = told;
    }

    /** Takes a slot if there is one, for a workflow that is started next. */
    boolean tryReserve() {
        return slots.tryAcquire();
    }

    /**
     * Claims a new workflow on a slot, before it can be seen in the store; empty if there is no slot or it is claimed.
     * The claim must be started or {@link #release released}.
     */
    Optional<Claim> reserve(WorkflowKey key) {
        if (!slots.tryAcquire()) {
            return Optional.empty();
        }
        Optional<Claim> claim = claim(key);
        if (claim.isEmpty()) {
            slots.release();
        }
        return claim;
    }

    /** Gives back a reserved claim that was not started, with its slot. */
    void release(Claim claim) {
        unclaim(claim);
        slots.release();
    }

    /** How many more could be started now. */
    int free() {
        return slots.availablePermits();
    }

    /** How many are loaded or claimed. */
    public int loaded() {
        return claims.size();
    }

    /** Makes the caller the only one here who does anything with it, until it is started or unclaimed. */
    public Optional<Claim> claim(WorkflowKey key) {
        Claim claim = new Claim(key);
        return claims.putIfAbsent(key.uid(), claim) == null ? Optional.of(claim) : Optional.empty();
    }

    /** Gives back a claim, unless it was used. */
    public void unclaim(Claim claim) {
        if (claim.execution().isEmpty()) {
            claims.remove(claim.key().uid(), claim);
        }
    }

    /** Runs it, claimed and on a reserved slot, on a virtual thread of its own. */
    void start(Execution execution, Claim claim) {
        claim.use(execution); // first: who disowns it now sees it, or is seen
        if (claims.get(claim.key().uid()) != claim) {
            execution.drop();
        }
        if (stopping) {
            execution.stop();
        }
        Thread.ofVirtual().name("workflow").start(() -> run(execution, claim));
    }

    private void run(Execution execution, Claim claim) {
        try {
            execution.run().ifPresent(end -> waiters.complete(execution.key(), end));
        } finally {
            execution.close();
            claims.remove(claim.key().uid(), claim);
            slots.release();
            left.accept(execution);
        }
    }

    Optional<Execution> loaded(UUID uid) {
        return Optional.ofNullable(claims.get(uid)).flatMap(Claim::execution);
    }

    /** Unwinds what runs in these buckets at its next step. */
    public void stop(Set<Integer> buckets) {
        claims.values().stream()
                .filter(claim -> buckets.contains(claim.key().bucket()))
                .forEach(claim -> claim.execution().ifPresent(Execution::stop));
    }

    /** Unwinds all at their next step; returns whether none was left in time. */
    public boolean stopAll(Duration grace) throws InterruptedException {
        stopping = true;
        forAll(Execution::stop);
        return awaitNone(grace);
    }

    /** Drops what is left; returns whether none was left in time. */
    public boolean dropAll(Duration grace) throws InterruptedException {
        stopping = true;
        forAll(Execution::drop);
        return awaitNone(grace);
    }

    /** Drops all and forgets them: what does not hear of it is a ghost, and keeps nobody from being loaded again. */
    public void disown() {
        for (Claim claim : claims.values()) {
            claims.remove(claim.key().uid(), claim);
            claim.execution().ifPresent(Execution::drop);
        }
    }

    private void forAll(Consumer<Execution> act) {
        claims.values().forEach(claim -> claim.execution().ifPresent(act));
    }

    private boolean awaitNone(Duration grace) throws InterruptedException {
        boolean none = slots.tryAcquire(limit, grace.toMillis(), TimeUnit.MILLISECONDS);
        if (none) {
            slots.release(limit);
        }
        return none;
    }
}
