package dev.holdfast.postgres.checkpoint;

import dev.holdfast.OverloadedException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.spi.OwnershipLostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one queue in which the mailboxes of a node wait for a free writer connection. Adding never waits. Taking waits
 * for work and has no timer: while one commit is in flight, the next batch forms. Safe for all threads.
 *
 * <p>Only submissions are refused, when the queue is half full. Records of running workflows are never refused, because
 * the number of loaded workflows limits them.
 */
public final class CheckpointQueue {
    private static final long POLL_NANOS = 1_000_000;
    public static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int entriesMax;
    private final long bytesMax;
    private final HoldTimer holdTimer;
    private final Queue<WorkflowMailbox> ready = new ConcurrentLinkedQueue<>();
    /**
     * The writer threads that wait for work. The thread that became idle last is woken first, because its backend has
     * the warmest caches.
     */
    private final Deque<Thread> idle = new ConcurrentLinkedDeque<>();

    private final ReentrantLock taking = new ReentrantLock();
    private final AtomicInteger entries = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private volatile @Nullable OwnershipLostException closed;
    private volatile @Nullable StoreUnavailableException refusal;

    public CheckpointQueue(int entriesMax, long bytesMax, Duration heldFor) {
        this.entriesMax = entriesMax;
        this.bytesMax = bytesMax;
        this.holdTimer = new HoldTimer(heldFor);
    }

    public void start() {
        holdTimer.start();
    }

    /**
     * Throws {@link OverloadedException} if the queue has no room for another submission, and
     * {@link StoreUnavailableException} while the database refuses what writers send.
     */
    public void requireRoom() {
        StoreUnavailableException refused = refusal;
        if (refused != null) {
            throw new StoreUnavailableException(refused.getMessage() + "; nothing was accepted", refused);
        }
        if (entries.get() > entriesMax / 2 || bytes.get() > bytesMax / 2) {
            throw new OverloadedException(
                    entries.get() + " entries of " + bytes.get() + " bytes wait for the database on this node",
                    RETRY_AFTER);
        }
    }

    /** The database refuses what a writer sends, which it sends again until it is accepted. */
    void refused(StoreUnavailableException reason) {
        refusal = reason;
    }

    /** The database has accepted a batch. */
    void accepted() {
        if (refusal != null) {
            refusal = null;
        }
    }

    void added(int size) {
        entries.incrementAndGet();
        bytes.addAndGet(size);
    }

    void removed(int size) {
        entries.decrementAndGet();
        bytes.addAndGet(-size);
    }

    /** The number of writes whose commit is not known yet. */
    public int depth() {
        return entries.get();
    }

    /** The approximate size of these writes, in bytes. */
    public long bytes() {
        return bytes.get();
    }

    void offer(WorkflowMailbox mailbox) {
        ready.add(mailbox);
        Thread writer = idle.poll();
        if (writer != null) {
            LockSupport.unpark(writer);
        }
        dropIfClosed(mailbox);
    }

    void flushLater(WorkflowMailbox mailbox) {
        holdTimer.schedule(mailbox);
        dropIfClosed(mailbox);
    }

    /** Fails a mailbox that was added after {@link #close} had emptied the queue. */
    private void dropIfClosed(WorkflowMailbox mailbox) {
        OwnershipLostException reason = closed;
        if (reason != null) {
            mailbox.breakOff(reason, 0);
        }
    }

    @Nullable
    OwnershipLostException closedBecause() {
        return closed;
    }

    /** Whether the thread of its timer runs. */
    public boolean isAlive() {
        return holdTimer.isAlive();
    }

    /** Waits for work and takes as much as fits into a batch; returns an empty batch if the queue is closed. */
    Batch take() {
        while (closed == null) {
            Batch batch = takeNow();
            if (!batch.isEmpty()) {
                return batch;
            }
            idle.push(Thread.currentThread());
            if (ready.isEmpty() && closed == null) {
                LockSupport.park(this);
            }
            idle.remove(Thread.currentThread());
        }
        return new Batch(List.of());
    }

    private Batch takeNow() {
        List<MailboxBatch> parts = new ArrayList<>();
        Batch.Room room = new Batch.Room();
        taking.lock();
        try {
            while (!room.isFull()) {
                WorkflowMailbox next = ready.peek();
                if (next == null || !parts.isEmpty() && next.firstBytes() > Batch.LARGE_BYTES) {
                    break;
                }
                parts.add(next.take(room));
                ready.remove(); // after an Error of take, it is still here to be failed by close
            }
        } catch (Error e) {
            OwnershipLostException reason = new OwnershipLostException("an error has ended a writer: " + e);
            parts.forEach(part -> part.fail(this, reason));
            throw e;
        } finally {
            taking.unlock();
        }
        return new Batch(parts);
    }

    /** Waits until nothing is left to write, or the time is over. */
    public void drain(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (entries.get() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(this, POLL_NANOS);
        }
    }

    /** Refuses all writes from now on, and fails those that wait. Writer connections finish the batches in flight. */
    public void close(OwnershipLostException reason) {
        closed = reason;
        holdTimer.close(reason);
        for (WorkflowMailbox left = next(); left != null; left = next()) {
            left.breakOff(reason, 0);
        }
        for (Thread writer = idle.poll(); writer != null; writer = idle.poll()) {
            LockSupport.unpark(writer);
        }
    }

    /**
     * Takes the first mailbox; null if there is none. The lock keeps this call from taking a mailbox that another
     * thread has peeked at and is about to remove.
     */
    private @Nullable WorkflowMailbox next() {
        taking.lock();
        try {
            return ready.poll();
        } finally {
            taking.unlock();
        }
    }
}
