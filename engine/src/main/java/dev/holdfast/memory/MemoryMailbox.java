package dev.holdfast.memory;

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
 * The pending writes of one workflow. The workflow's threads fill it; the one thread of its store empties it, which
 * keeps the order.
 */
final class MemoryMailbox implements Mailbox {
    /** A pending write; {@code committed} is null for a buffered outcome, whose commit no caller awaits. */
    private record Pending(WorkflowWrite write, @Nullable CompletableFuture<Void> committed, long sinceNanos) {
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
    private final List<Pending> waiting = new ArrayList<>();
    private int lastSeq;
    private boolean sealed;
    private @Nullable RuntimeException broken;

    MemoryMailbox(MemoryWriter writer, WorkflowKey key, int lastSeq) {
        this.writer = writer;
        this.key = key;
        this.lastSeq = lastSeq;
    }

    @Override
    public CompletableFuture<Void> accept(WorkflowWrite.Creation acceptance) {
        CompletableFuture<Void> committed = new CompletableFuture<>();
        put(acceptance, committed, !acceptance.starts());
        return committed;
    }

    @Override
    public CompletableFuture<Void> commit(WorkflowWrite write) {
        CompletableFuture<Void> committed = new CompletableFuture<>();
        put(write, committed, true);
        return committed;
    }

    @Override
    public void hold(WorkflowWrite.Outcome outcome) {
        put(outcome, null, false);
    }

    @Override
    public void flush() {
        writer.soon(this);
    }

    @Override
    public void close() {
        // The writes put in before are on their way to the thread of the store.
    }

    private void put(WorkflowWrite write, @Nullable CompletableFuture<Void> committed, boolean now) {
        Pending pending = new Pending(write, committed, System.nanoTime());
        RuntimeException refused;
        lock.lock();
        try {
            refused = broken == null && sealed && !(write instanceof WorkflowWrite.Answered)
                    ? new OwnershipLostException("the workflow has ended")
                    : broken;
            sealed |= refused == null && write instanceof WorkflowWrite.Ended;
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

    /** Writes all entries if one of them was put in before {@code limitNanos}. On the store's thread. */
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

    /** Writes all entries in one transaction. On the store's thread. */
    void write() {
        List<Pending> taken = take();
        if (taken.isEmpty()) {
            return;
        }
        RuntimeException reason = null;
        try {
            lastSeq = writer.write(
                    key, lastSeq, taken.stream().map(Pending::write).toList());
        } catch (RuntimeException e) {
            reason = e;
        }
        end(taken, reason);
    }

    /** Fails all entries, present and future. On the store's thread. */
    void breakOff(RuntimeException reason) {
        end(take(), reason);
    }

    private List<Pending> take() {
        lock.lock();
        try {
            List<Pending> taken = List.copyOf(waiting);
            waiting.clear();
            writer.removed(this, taken.size());
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private void end(List<Pending> taken, @Nullable RuntimeException reason) {
        List<Pending> all = new ArrayList<>(taken);
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
