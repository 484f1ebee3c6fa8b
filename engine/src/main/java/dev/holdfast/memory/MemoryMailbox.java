package dev.holdfast.memory;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The pending writes of one workflow. Any thread adds writes; the single thread of the store takes them, which keeps
 * the order. Safe for all threads.
 */
final class MemoryMailbox implements Mailbox {
    /** Writes that share one commit; {@code committed} is null for a buffered outcome, for which no caller waits. */
    private record PendingWrites(
            List<WorkflowWrite> writes, @Nullable CompletableFuture<Void> committed, long sinceNanos) {
        void end(@Nullable RuntimeException reason) {
            if (committed != null && reason == null) {
                committed.complete(null);
            } else if (committed != null) {
                committed.completeExceptionally(reason);
            }
        }
    }

    private final MemoryWriter writer;
    private final WorkflowKey key;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<PendingWrites> waiting = new ArrayList<>();
    private int lastSeq;
    private volatile int parkedSeq;
    private boolean closed;
    private boolean sealed;
    private @Nullable RuntimeException broken;

    MemoryMailbox(MemoryWriter writer, WorkflowKey key, int lastSeq) {
        this.writer = writer;
        this.key = key;
        this.lastSeq = lastSeq;
    }

    @Override
    public CompletableFuture<Void> create(WorkflowWrite.Creation creation) {
        return put(List.of(creation), !creation.starts());
    }

    @Override
    public CompletableFuture<Void> record(HistoryEvent event) {
        return put(List.of(event), true);
    }

    @Override
    public CompletableFuture<Void> record(HistoryEvent event, WorkflowWrite.Reply reply) {
        return put(List.of(event, reply), true);
    }

    @Override
    public CompletableFuture<Void> move(WorkflowWrite.Move move) {
        return put(List.of(move), true);
    }

    @Override
    public CompletableFuture<Void> reply(WorkflowWrite.Reply reply) {
        return put(List.of(reply), true);
    }

    @Override
    public CompletableFuture<Void> rehome(WorkflowWrite.Rehoming rehoming) {
        return put(List.of(rehoming), true);
    }

    private CompletableFuture<Void> put(List<WorkflowWrite> writes, boolean now) {
        CompletableFuture<Void> committed = new CompletableFuture<>();
        put(writes, committed, now);
        return committed;
    }

    @Override
    public CompletableFuture<Void> record(WorkflowWrite.Outcome outcome) {
        return put(List.of(outcome), true);
    }

    @Override
    public void hold(WorkflowWrite.Outcome outcome) {
        put(List.of(outcome), null, false);
    }

    @Override
    public void hold(HistoryEvent.Decision decision) {
        put(List.of(decision), null, false);
    }

    @Override
    public CompletableFuture<Void> remove(WorkflowWrite.Removal removal) {
        return put(List.of(removal), true);
    }

    @Override
    public int parkedSeq() {
        return parkedSeq;
    }

    @Override
    public void flush() {
        writer.soon(this);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true; // earlier writes are already scheduled on the thread of the store
        } finally {
            lock.unlock();
        }
    }

    private void put(List<WorkflowWrite> writes, @Nullable CompletableFuture<Void> committed, boolean now) {
        PendingWrites pending = new PendingWrites(writes, committed, System.nanoTime());
        RuntimeException refused;
        lock.lock();
        try {
            refused = broken == null && refuses(writes.getFirst())
                    ? new OwnershipLostException("its mailbox is closed, or the workflow has ended")
                    : broken;
            sealed |= refused == null && writes.getFirst() instanceof HistoryEvent.Ended;
            if (refused == null) {
                waiting.add(pending);
                writer.added(this);
            }
        } finally {
            lock.unlock();
        }
        if (refused != null) {
            pending.end(refused);
        } else if (now) {
            writer.soon(this);
        } else {
            writer.later(this);
        }
    }

    /** Whether to refuse a write. Only replies and signals may follow an end. */
    private boolean refuses(WorkflowWrite write) {
        return closed || sealed && !write.mayFollowEnd();
    }

    /** Writes all pending writes if one was added before {@code limitNanos}. Called on the store's thread. */
    void writeOlderThan(long limitNanos) {
        if (isOlderThan(limitNanos)) {
            write();
        }
    }

    private boolean isOlderThan(long limitNanos) {
        lock.lock();
        try {
            return !waiting.isEmpty() && waiting.getFirst().sinceNanos() - limitNanos <= 0;
        } finally {
            lock.unlock();
        }
    }

    /** Writes all pending writes in one transaction. Called on the store's thread. */
    void write() {
        List<PendingWrites> taken = take();
        if (taken.isEmpty()) {
            return;
        }
        RuntimeException reason = null;
        try {
            int before = lastSeq;
            lastSeq = writer.write(
                    key,
                    lastSeq,
                    taken.stream().flatMap(pending -> pending.writes().stream()).toList());
            writer.parkedSince(key, before).ifPresent(seq -> parkedSeq = seq);
        } catch (RuntimeException e) {
            reason = e;
        }
        end(taken, reason);
    }

    /** Fails all pending and later writes. Called on the store's thread, or on any thread after the store has ended. */
    void breakOff(RuntimeException reason) {
        end(take(), reason);
    }

    private List<PendingWrites> take() {
        lock.lock();
        try {
            List<PendingWrites> taken = List.copyOf(waiting);
            waiting.clear();
            writer.removed(this, taken.size());
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void end(List<PendingWrites> taken, @Nullable RuntimeException reason) {
        List<PendingWrites> all = new ArrayList<>(taken);
        if (reason != null) {
            lock.lock();
            try {
                broken = reason;
                sealed = false;
                all.addAll(waiting);
                waiting.clear();
                writer.removed(this, all.size() - taken.size());
            } finally {
                lock.unlock();
            }
        }
        all.forEach(pending -> pending.end(reason));
    }
}
