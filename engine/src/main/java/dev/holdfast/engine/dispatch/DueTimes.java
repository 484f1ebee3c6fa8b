package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.function.LongSupplier;

/**
 * Workflows that become due before the next poll of the store, by the monotonic clock. The rows in the store have the
 * same times, and the clock of the store decides; only a workflow of {@link WorkflowLoader#later} may have no due time
 * there. Safe for all threads.
 */
public final class DueTimes {
    private record Due(WorkflowKey key, long atNanos) {}

    private final LongSupplier clock;
    private final PriorityQueue<Due> order;
    private final Map<UUID, Due> byUid = new HashMap<>();

    /** {@code clock} is a monotonic one, in nanoseconds. */
    public DueTimes(LongSupplier clock) {
        this.clock = clock;
        long origin = clock.getAsLong(); // times of such a clock are compared by their distance
        this.order = new PriorityQueue<>(Comparator.comparingLong(due -> due.atNanos() - origin));
    }

    /**
     * Adds a workflow that is due after this time, unless it has an entry that is due earlier; returns whether its
     * entry has this time and is the first one.
     */
    synchronized boolean add(WorkflowKey key, Duration in) {
        Due due = new Due(key, clock.getAsLong() + in.toNanos());
        Due before = byUid.get(key.uid());
        if (before == null || before.atNanos() - due.atNanos() > 0) {
            byUid.put(key.uid(), due);
            order.remove(before);
            order.add(due);
        }
        return due.equals(order.peek());
    }

    /** Removes and returns the workflows that are due. */
    synchronized List<WorkflowKey> take(int most) {
        long now = clock.getAsLong();
        List<WorkflowKey> due = new ArrayList<>();
        while (due.size() < most && isAnyDue(now)) {
            WorkflowKey key = order.remove().key();
            byUid.remove(key.uid());
            due.add(key);
        }
        return due;
    }

    /** How long until the first one is due, at most {@code mostNanos}. */
    synchronized long untilNext(long mostNanos) {
        return order.isEmpty() ? mostNanos : Math.clamp(order.element().atNanos() - clock.getAsLong(), 0, mostNanos);
    }

    /** Whether any workflow is due. */
    synchronized boolean isAnyDue() {
        return isAnyDue(clock.getAsLong());
    }

    private boolean isAnyDue(long now) {
        return !order.isEmpty() && order.element().atNanos() - now <= 0;
    }

    synchronized int size() {
        return order.size();
    }

    synchronized void clear() {
        order.clear();
        byUid.clear();
    }
}
