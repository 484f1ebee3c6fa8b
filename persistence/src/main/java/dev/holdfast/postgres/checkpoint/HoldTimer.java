package dev.holdfast.postgres.checkpoint;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Flushes mailboxes that have held outcomes for the hold time. All mailboxes wait for the same time, so a plain queue
 * is ordered by time. A mailbox is in the queue at most once, however much it holds. A thread of its own.
 */
final class HoldTimer {
    private record Deadline(WorkflowMailbox mailbox, long at) {}

    private final Queue<Deadline> queue = new ConcurrentLinkedQueue<>();
    private final long heldForNanos;
    private final Thread thread =
            Thread.ofPlatform().daemon().name("holdfast-hold-timer").unstarted(this::run);
    private volatile boolean sleeping;
    private volatile @Nullable RuntimeException closed;

    HoldTimer(Duration heldFor) {
        this.heldForNanos = heldFor.toNanos();
    }

    void start() {
        thread.start();
    }

    /** Ends the thread, which fails the mailboxes that still wait. */
    void close(RuntimeException reason) {
        closed = reason;
        LockSupport.unpark(thread);
    }

    void schedule(WorkflowMailbox mailbox) {
        queue.add(new Deadline(mailbox, System.nanoTime()));
        if (sleeping) {
            LockSupport.unpark(thread);
        }
    }

    /** Whether its thread runs. */
    boolean isAlive() {
        return thread.isAlive();
    }

    private void run() {
        RuntimeException reason;
        while ((reason = closed) == null) {
            Deadline next = queue.peek();
            long wait = next == null ? 0 : next.at() + heldForNanos - System.nanoTime();
            if (next == null) {
                sleeping = true;
                if (queue.isEmpty() && closed == null) {
                    LockSupport.park(this);
                }
                sleeping = false;
            } else if (wait > 0) {
                LockSupport.parkNanos(this, wait);
            } else {
                queue.remove();
                if (next.mailbox().expireHold(System.nanoTime() - heldForNanos)) {
                    schedule(next.mailbox());
                }
            }
        }
        for (Deadline left = queue.poll(); left != null; left = queue.poll()) {
            left.mailbox().breakOff(reason, 0);
        }
    }
}
