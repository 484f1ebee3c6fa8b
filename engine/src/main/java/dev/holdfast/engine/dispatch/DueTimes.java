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
 * The near future: what is due before the store is asked the next time, by the monotonic clock. A hint only; the rows
 * in the store say the same, and their clock decides. Safe for all threads.
 */
public final class DueTimes {
    /** Times of the monotonic clock are compared by their distance. */
    private static final long ORIGIN_NANOS = System.nanoTime();

    private record Due(WorkflowKey key, long atNanos) {}

    private final PriorityQueue<Due> order =
            new PriorityQueue<>(Comparator.comparingLong(due -> due.atNanos() - ORIGIN_NANOS));
    private final Map<UUID, Due> byUid = new HashMap<>();

    /** Adds one, or leaves it as it was added first; whether it is the first one due now. */
    synchronized boolean add(WorkflowKey key, long atNanos) {
        Due due = new Due(key, atNanos);
        if (byUid.putIfAbsent(key.uid(), due) == null) {
            order.add(due);
        }
        return due.equals(order.peek());
    }

    /** Takes out those that are due. */
    synchronized List<WorkflowKey> take(long nowNanos, int most) {
        List<WorkflowKey> due = new ArrayList<>();
        while (due.size() < most && !order.isEmpty() && order.element().atNanos() - nowNanos <= 0) {
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

    synchronized int size() {
        return order.size();
    }

    synchronized void clear() {
        order.clear();
        byUid.clear();
    }
}
