package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.WorkflowKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The long workflows that wait to be loaded, in the order of their arrival. One for which there is no room waits, and
 * those behind it for which there is room pass. Safe for all threads.
 */
final class LongQueue {
    /**
     * A waiting workflow.
     *
     * @param cancel the action for which it is loaded
     * @param bytes its size; 0 if that is not known yet
     */
    record Waiting(WorkflowKey key, @Nullable OperatorAction cancel, long bytes) {
        Waiting sized(long known) {
            return new Waiting(key, cancel, known);
        }
    }

    private final Map<WorkflowKey, Waiting> waiting = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    /** Adds a workflow. If it waits already, only a cancel is added to it. */
    void add(WorkflowKey key, @Nullable OperatorAction cancel) {
        lock.lock();
        try {
            waiting.merge(
                    key,
                    new Waiting(key, cancel, 0),
                    (old, next) -> next.cancel() == null ? old : next.sized(old.bytes()));
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps the size of a workflow for which there is no room. */
    void sized(WorkflowKey key, long bytes) {
        lock.lock();
        try {
            waiting.computeIfPresent(key, (same, old) -> old.sized(bytes));
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the first one that fits, and looks for it in this interval. It stays in the queue. */
    Waiting next(Predicate<Waiting> fits, long intervalNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Optional<Waiting> first = first(fits);
            while (first.isEmpty()) {
                long unused = changed.awaitNanos(waiting.isEmpty() ? Long.MAX_VALUE : intervalNanos);
                first = first(fits);
            }
            return first.orElseThrow();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Waiting> first(Predicate<Waiting> fits) {
        return waiting.values().stream().filter(fits).findFirst();
    }

    /** Makes the waiting thread look again. */
    void wake() {
        lock.lock();
        try {
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void remove(WorkflowKey key) {
        lock.lock();
        try {
            waiting.remove(key);
        } finally {
            lock.unlock();
        }
    }

    boolean contains(WorkflowKey key) {
        lock.lock();
        try {
            return waiting.containsKey(key);
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }
}
