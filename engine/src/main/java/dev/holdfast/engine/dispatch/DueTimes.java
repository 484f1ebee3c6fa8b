package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.WorkflowKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;

/**
 * Workflows that become due before the next poll of the store, by the monotonic clock. The rows in the store have the
 * same times, and the clock of the store decides; only a workflow of {@link WorkflowLoader#later} may have no due time
 * there. Safe for all threads.
 */
public final class DueTimes {
    /** Times of the monotonic clock are compared by their distance. */
    private static final long ORIGIN_NANOS = System.nanoTime();

    private record Due(WorkflowKey key, long atNanos) {}

    private final PriorityQueue<Due> order =
            new PriorityQueue<>(Comparator.comparingLong(due -> due.atNanos() - ORIGIN_NANOS));
    private final Map<UUID, Due> byUid = new HashMap<>();

    /**
     * Adds a workflow, unless it has an entry already; returns whether its entry has this time and is the first one.
     */
    synchronized boolean add(WorkflowKey key, long atNanos) {
        Due due = new Due(key, atNanos);
        if (byUid.putIfAbsent(key.uid(), due) == null) {
            order.add(due);
        }
        return due.equals(order.peek());
    }

    /** Removes and returns the workflows that are due. */
    synchronized List<WorkflowKey> take(long nowNanos, int most) {
        List<WorkflowKey> due = new ArrayList<>();
        while (due.size() < most && isAnyDue(nowNanos)) {
            WorkflowKey key = order.remove().key();
            byUid.remove(key.uid());
            due.add(key);
        }
        return due;
    }

    /** How long until the first one is due, at most {@code mostNanos}. */
    synchronized long untilNext(long nowNanos, long mostNanos) {
        return order.isEmpty() ? mostNanos : Math.clamp(order.element().atNanos() - nowNanos, 0, mostNanos);
    }

    /** Whether any workflow is due. */
    synchronized boolean isAnyDue(long nowNanos) {
        return !order.isEmpty() && order.element().atNanos() - nowNanos <= 0;
    }

    synchronized int size() {
        return order.size();
    }

    synchronized void clear() {
        order.clear();
        byUid.clear();
    }
}
