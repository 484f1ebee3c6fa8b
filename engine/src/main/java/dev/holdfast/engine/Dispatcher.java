package dev.holdfast.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The loaded workflows of this node, never more than the limit: who wants to start one reserves a slot first. Safe for
 * all threads.
 */
final class Dispatcher {
    private final ConcurrentHashMap<UUID, Execution> loaded = new ConcurrentHashMap<>();
    private final Semaphore slots;
    private final int limit;
    private final Waiters waiters;
    private volatile boolean stopping;

    Dispatcher(int limit, Waiters waiters) {
        this.limit = limit;
        this.slots = new Semaphore(limit);
        this.waiters = waiters;
    }

    /** Takes a slot if there is one; it must be started or released. */
    boolean tryReserve() {
        return slots.tryAcquire();
    }

    /** Waits for a slot. */
    void reserve() throws InterruptedException {
        slots.acquire();
    }

    /** Gives back a slot that was not used. */
    void release() {
        slots.release();
    }

    /** How many more could be started now. */
    int free() {
        return slots.availablePermits();
    }

    /** Runs it on a reserved slot, on a virtual thread of its own. */
    void start(Execution execution) {
        loaded.put(execution.key().uid(), execution);
        if (stopping) {
            execution.stop();
        }
        Thread.ofVirtual().name("workflow").start(() -> run(execution));
    }

    private void run(Execution execution) {
        UUID uid = execution.key().uid();
        try {
            execution.run().ifPresent(ending -> waiters.tell(uid, ending));
        } finally {
            loaded.remove(uid, execution);
            slots.release();
        }
    }

    Optional<Execution> loaded(UUID uid) {
        return Optional.ofNullable(loaded.get(uid));
    }

    /** Unwinds all at their next step; returns whether none was left in time. */
    boolean stopAll(Duration grace) throws InterruptedException {
        stopping = true;
        loaded.values().forEach(Execution::stop);
        return awaitNone(grace);
    }

    /** Drops what is left; returns whether none was left in time. */
    boolean dropAll(Duration grace) throws InterruptedException {
        stopping = true;
        loaded.values().forEach(Execution::drop);
        return awaitNone(grace);
    }

    private boolean awaitNone(Duration grace) throws InterruptedException {
        boolean none = slots.tryAcquire(limit, grace.toMillis(), TimeUnit.MILLISECONDS);
        if (none) {
            slots.release(limit);
        }
        return none;
    }
}
