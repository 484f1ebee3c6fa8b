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
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The loaded workflows of this node: never more than the limit, and never one twice. To start a workflow, a caller
 * claims it with the memory that it needs before its log is read, and reserves a slot. Safe for all threads.
 */
public final class Dispatcher {
    private final ConcurrentHashMap<UUID, Claim> claims = new ConcurrentHashMap<>();
    private final Semaphore slots;
    private final int limit;
    private final LoadedBytes bytes;
    private final LocalWaiters<WorkflowKey, WorkflowEnd> waiters;
    private final ThreadFactory threads;
    private volatile Consumer<Execution> left = execution -> {};
    private volatile boolean stopping;

    /**
     * For at most {@code limit} workflows, whose inputs and logs have at most {@code bytesMax}, on threads of this
     * factory.
     */
    public Dispatcher(int limit, long bytesMax, LocalWaiters<WorkflowKey, WorkflowEnd> waiters, ThreadFactory threads) {
        this.threads = threads;
        this.limit = limit;
        this.bytes = new LoadedBytes(bytesMax);
        this.slots = new Semaphore(limit);
        this.waiters = waiters;
    }

    /** Sets what runs whenever a workflow has left this process. */
    void onLeft(Consumer<Execution> told) {
        left = told;
    }

    /** Takes a slot if there is one, for a workflow that is started next. */
    boolean tryReserve() {
        return slots.tryAcquire();
    }

    /** Gives back a slot on which nothing was started. */
    void unreserve() {
        slots.release();
    }

    /**
     * Claims a new workflow with an input of this size on a slot, before it can be seen in the store; empty if there is
     * no room or it is claimed. The claim must be started or {@link #release released}.
     */
    Optional<Claim> reserve(WorkflowKey key, long size) {
        if (!tryReserve()) {
            return Optional.empty();
        }
        Optional<Claim> claim = claim(key, size);
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

    /** The number of workflows that are not long, and for which there is room. */
    int free() {
        return Math.min(slots.availablePermits(), bytes.roomForShort());
    }

    /** Whether there is a free slot. */
    boolean hasSlot() {
        return slots.availablePermits() > 0;
    }

    /** The sizes of the loaded workflows. */
    LoadedBytes bytes() {
        return bytes;
    }

    /** The number of workflows that are loaded or claimed. */
    public int loaded() {
        return claims.size();
    }

    /** Claims a workflow, until it is started or unclaimed; empty if it is loaded or claimed already. */
    public Optional<Claim> claim(WorkflowKey key) {
        Claim claim = new Claim(key);
        return claims.putIfAbsent(key.uid(), claim) == null ? Optional.of(claim) : Optional.empty();
    }

    /** Claims a workflow that needs so much memory; empty if that does not fit, or if it is loaded or claimed. */
    Optional<Claim> claim(WorkflowKey key, long size) {
        Optional<Claim> claim = claim(key);
        if (claim.isPresent() && !bytes.tryHold(claim.orElseThrow(), size)) {
            unclaim(claim.orElseThrow());
            return Optional.empty();
        }
        return claim;
    }

    /** Whether this claim is valid, and its workflow may run here. */
    boolean isGood(Claim claim) {
        return claims.get(claim.key().uid()) == claim && !claim.isStopping() && !stopping;
    }

    /** Gives back a claim, unless its workflow was started, or the claim is {@linkplain Claim#keep kept}. */
    public void unclaim(Claim claim) {
        if (claim.execution().isEmpty() && !claim.isKept()) {
            claims.remove(claim.key().uid(), claim);
            bytes.release(claim);
        }
    }

    /** Gives back a claim that was kept. */
    void giveBack(Claim claim) {
        claims.remove(claim.key().uid(), claim);
        bytes.release(claim);
    }

    /** Whether a workflow is claimed or loaded. */
    boolean isClaimed(WorkflowKey key) {
        return claims.containsKey(key.uid());
    }

    /** Runs a claimed workflow, for which a slot is reserved, on a virtual thread of its own. */
    void start(Execution execution, Claim claim) {
        claim.use(execution); // first: a disown now sees the execution, or the check below sees the disown
        if (claims.get(claim.key().uid()) != claim) {
            execution.drop();
        }
        if (stopping || claim.isStopping()) {
            execution.stop();
        }
        boolean started = false;
        try {
            threads.newThread(() -> run(execution, claim)).start();
            started = true;
        } finally {
            if (!started) {
                claim.use(null);
            }
        }
    }

    private void run(Execution execution, Claim claim) {
        try {
            execution.run().ifPresent(end -> waiters.complete(execution.key(), end));
        } finally {
            execution.close();
            claims.remove(claim.key().uid(), claim);
            bytes.release(claim);
            slots.release();
            left.accept(execution);
        }
    }

    /** Whether the calling thread runs the code of a loaded workflow. */
    public boolean runsThisThread() {
        return claims.values().stream()
                .flatMap(claim -> claim.execution().stream())
                .anyMatch(Execution::runsThisThread);
    }

    Optional<Execution> loaded(UUID uid) {
        return Optional.ofNullable(claims.get(uid)).flatMap(Claim::execution);
    }

    /** Stops the workflows of these buckets at their next step. */
    public void stop(Set<Integer> buckets) {
        claims.values().stream()
                .filter(claim -> buckets.contains(claim.key().bucket()))
                .forEach(Claim::stop);
    }

    /** Stops all workflows at their next step; returns whether all have left in time. */
    public boolean stopAll(Duration grace) throws InterruptedException {
        stopping = true;
        forAll(Execution::stop);
        return awaitNone(grace);
    }

    /** Drops the remaining workflows; returns whether all have left in time. */
    public boolean dropAll(Duration grace) throws InterruptedException {
        stopping = true;
        forAll(Execution::drop);
        return awaitNone(grace);
    }

    /**
     * Drops all workflows and gives up their claims. An execution that ignores the interrupt keeps its slot, but its
     * workflow can be loaded again.
     */
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
