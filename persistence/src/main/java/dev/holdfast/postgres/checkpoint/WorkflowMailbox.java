package dev.holdfast.postgres.checkpoint;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.RecordRefusedException;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The writes of one workflow, in order.
 *
 * <p>Why the order holds over several connections: a mailbox is idle, queued, or in flight, and nothing else. A
 * connection that takes its writes keeps it in flight until their commit is known, so that no second batch can have
 * records of the same workflow. Writes that are added meanwhile wait, and the mailbox is queued again afterwards. Not
 * final, so that a test can break that rule.
 */
public class WorkflowMailbox implements Mailbox {
    private enum State {
        IDLE,
        QUEUED,
        IN_FLIGHT
    }

    /** A reservation that waits for the writes that were added before it. */
    private record Reserving(CompletableFuture<Reservation> granted, long since) {}

    private final CheckpointQueue queue;
    private final WorkflowKey key;
    private final Runnable left;
    private final Deque<PendingWrite> waiting = new ArrayDeque<>();
    private final Deque<Reserving> reserving = new ArrayDeque<>(0);
    private State state = State.IDLE;
    private int lastSeq;
    private int parkedSeq;
    private boolean urgent;
    private boolean alarmed;
    private boolean closed;
    private boolean sealed;
    private @Nullable RuntimeException broken;

    /** {@code left} runs once, when the mailbox is closed and the commits of all its writes are known. */
    public WorkflowMailbox(CheckpointQueue queue, WorkflowKey key, int lastSeq, Runnable left) {
        this.queue = queue;
        this.key = key;
        this.lastSeq = lastSeq;
        this.left = left;
    }

    public WorkflowKey key() {
        return key;
    }

    @Override
    public CompletableFuture<Void> create(WorkflowWrite.Creation creation) {
        return put(creation, null, !creation.starts());
    }

    @Override
    public CompletableFuture<Void> record(HistoryEvent event) {
        return put(event, null, true);
    }

    @Override
    public CompletableFuture<Void> record(HistoryEvent event, WorkflowWrite.Reply reply) {
        return put(event, reply, true);
    }

    @Override
    public CompletableFuture<Void> move(WorkflowWrite.Move move) {
        return put(move, null, true);
    }

    @Override
    public CompletableFuture<Void> reply(WorkflowWrite.Reply reply) {
        return put(reply, null, true);
    }

    @Override
    public CompletableFuture<Void> rehome(WorkflowWrite.Rehoming rehoming) {
        return put(rehoming, null, true);
    }

    /** Adds a write of any kind. */
    CompletableFuture<Void> put(WorkflowWrite write, WorkflowWrite.@Nullable Reply reply, boolean now) {
        CompletableFuture<Void> committed = new CompletableFuture<>();
        put(PendingWrite.of(write, reply, committed), now);
        return committed;
    }

    @Override
    public CompletableFuture<Void> record(WorkflowWrite.Outcome outcome) {
        return put(outcome, null, true);
    }

    @Override
    public void hold(WorkflowWrite.Outcome outcome) {
        put(PendingWrite.of(outcome, null, null), false);
    }

    @Override
    public void hold(HistoryEvent.Decision decision) {
        put(PendingWrite.of(decision, null, null), false);
    }

    @Override
    public CompletableFuture<Void> remove(WorkflowWrite.Removal removal) {
        return put(removal, null, true);
    }

    @Override
    public void flush() {
        if (makeUrgent()) {
            queue.offer(this);
        }
    }

    @Override
    public synchronized int parkedSeq() {
        return parkedSeq;
    }

    /** Keeps the seq of a committed parking. */
    synchronized void parked(int seq) {
        parkedSeq = seq;
    }

    @Override
    public void close() {
        boolean leaves;
        List<Reserving> refused;
        synchronized (this) {
            refused = List.copyOf(reserving);
            reserving.clear();
            leaves = !closed && isEmpty();
            closed = true;
        }
        refused.forEach(
                one -> one.granted().completeExceptionally(new OwnershipLostException("its mailbox is closed")));
        if (leaves) {
            left.run();
        }
    }

    private boolean isEmpty() {
        return state == State.IDLE && waiting.isEmpty();
    }

    private void put(PendingWrite write, boolean now) {
        RuntimeException refused = queue.closedBecause();
        boolean offer = false;
        boolean alarm = false;
        synchronized (this) {
            if (write.write() instanceof HistoryEvent.Parked && broken instanceof RecordRefusedException) {
                broken = null; // the refused writes are given up, and the workflow can still be parked because of them
            }
            refused = refused == null ? broken : refused;
            refused = refused == null && refuses(write.write())
                    ? new OwnershipLostException("its mailbox is closed, or the workflow has ended")
                    : refused;
            if (refused == null) {
                sealed |= write.write() instanceof HistoryEvent.Ended;
                queue.added(write.bytes());
                waiting.add(write);
                offer = now && makeUrgent();
                alarm = !now && !alarmed;
                alarmed |= alarm;
            }
        }
        if (refused != null) {
            write.fail(refused);
        } else if (offer) {
            queue.offer(this);
        } else if (alarm) {
            queue.flushLater(this);
        }
    }

    /**
     * Reserves the next record for a transaction that is no batch of a writer. Completes once all writes that were
     * added before are committed; later ones wait until the reservation is settled. Completes exceptionally if nothing
     * may be written any more.
     */
    public CompletableFuture<Reservation> reserve() {
        CompletableFuture<Reservation> granted = new CompletableFuture<>();
        RuntimeException refused = queue.closedBecause();
        Reservation reservation = null;
        boolean offer = false;
        synchronized (this) {
            refused = refused == null ? broken : refused;
            if (refused == null && (closed || sealed)) {
                refused = new OwnershipLostException("its mailbox is closed, or the workflow has ended");
            }
            if (refused == null && isEmpty()) {
                reservation = grant();
            } else if (refused == null) {
                reserving.add(new Reserving(granted, System.nanoTime()));
                offer = makeUrgent();
            }
        }
        if (refused != null) {
            granted.completeExceptionally(refused);
        } else if (reservation != null) {
            granted.complete(reservation);
        } else if (offer) {
            queue.offer(this);
        }
        return granted;
    }

    /** The mailbox is in flight until the reservation is settled. */
    private Reservation grant() {
        state = State.IN_FLIGHT;
        queue.added(Reservation.BYTES);
        return new Reservation(this, lastSeq + 1);
    }

    /** Ends a reservation; {@code seq} is the last written record. */
    void settled(int seq) {
        synchronized (this) {
            lastSeq = seq;
        }
        queue.removed(Reservation.BYTES);
        landed();
    }

    private boolean refuses(WorkflowWrite write) {
        return closed || sealed && !write.mayFollowEnd();
    }

    /** Marks the writes as urgent; returns whether the caller must offer the mailbox to the queue. */
    private synchronized boolean makeUrgent() {
        if (waiting.isEmpty()) {
            return false;
        }
        urgent = true;
        if (state != State.IDLE) {
            return false;
        }
        state = State.QUEUED;
        return true;
    }

    /**
     * Flushes writes that were added before {@code limit}. Returns whether the hold timer, which calls this, must call
     * again.
     */
    boolean expireHold(long limit) {
        boolean due;
        synchronized (this) {
            alarmed = false;
            PendingWrite oldest = waiting.peek();
            if (oldest == null) {
                return false;
            }
            due = oldest.since() - limit <= 0;
            alarmed = !due;
        }
        if (due) {
            flush();
        }
        return !due;
    }

    /** Takes the writes that fit, in order; the mailbox is in flight from now on. Called by a writer. */
    public synchronized MailboxBatch take(Batch.Room room) {
        List<PendingWrite> taken = new ArrayList<>(waiting.size());
        boolean moves = false;
        for (PendingWrite next : waiting) {
            if (moves || !room.take(next.bytes())) {
                break;
            }
            taken.add(next);
            moves = next.write() instanceof WorkflowWrite.Move;
        }
        MailboxBatch part = MailboxBatch.of(this, taken, lastSeq);
        taken.forEach(write -> waiting.remove()); // the first ones; after an Error all are still here
        state = State.IN_FLIGHT;
        urgent = !waiting.isEmpty();
        lastSeq = part.lastSeq();
        return part;
    }

    /** The size of the first write; 0 if there is none. */
    synchronized int firstBytes() {
        return waiting.isEmpty() ? 0 : waiting.element().bytes();
    }

    /** Ends the flight of the taken writes, whose commit is known, so that waiting writes may be sent. */
    public void landed() {
        boolean offer;
        boolean leaves;
        Reserving next = null;
        Reservation granted = null;
        synchronized (this) {
            next = reserving.peek();
            if (next != null && (waiting.isEmpty() || waiting.element().since() - next.since() > 0)) {
                reserving.remove();
                granted = grant();
            }
            offer = granted == null && urgent && !waiting.isEmpty();
            if (granted == null) {
                state = offer ? State.QUEUED : State.IDLE;
            }
            leaves = closed && isEmpty();
        }
        if (next != null && granted != null) {
            next.granted().complete(granted);
        } else if (offer) {
            queue.offer(this);
        } else if (leaves) {
            left.run();
        }
    }

    /**
     * Puts the taken writes back, because none was written. They are first in the order, and wait until the caller
     * flushes the mailbox.
     */
    synchronized void putBack(MailboxBatch part) {
        for (PendingWrite write : part.writes().reversed()) {
            waiting.addFirst(write);
        }
        lastSeq = part.seqBefore();
        state = State.IDLE;
        urgent = false;
    }

    /** Puts the last of the taken writes back, because it was not written; {@code seq} is the last written record. */
    synchronized void putBack(PendingWrite last, int seq) {
        waiting.addFirst(last);
        lastSeq = seq;
        state = State.IDLE;
        urgent = false;
    }

    /**
     * Fails the waiting writes and refuses later ones, because the taken writes were not written and never will be;
     * {@code seq} is the last written record.
     */
    void breakOff(RuntimeException reason, int seq) {
        List<PendingWrite> lost;
        List<Reserving> refused;
        boolean leaves;
        synchronized (this) {
            refused = List.copyOf(reserving);
            reserving.clear();
            leaves = closed && !isEmpty();
            sealed = false;
            broken = reason;
            lastSeq = seq;
            state = State.IDLE;
            urgent = false;
            lost = new ArrayList<>(waiting);
            waiting.clear();
        }
        for (PendingWrite write : lost) {
            queue.removed(write.bytes());
            write.fail(reason);
        }
        refused.forEach(one -> one.granted().completeExceptionally(reason));
        if (leaves) {
            left.run();
        }
    }
}
