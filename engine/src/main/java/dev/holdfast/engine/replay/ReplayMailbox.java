package dev.holdfast.engine.replay;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.WorkflowWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The mailbox of a replay: it commits nothing. What the code writes comes behind the end of the history; a thread that
 * waits for its commit has reached that end. So no body is ever called, because each waits for its intent. Safe for all
 * threads.
 */
final class ReplayMailbox implements Mailbox {
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    /** Has a permit when threads of the code may have come to a stop. */
    private final Semaphore changes = new Semaphore(0);

    private final List<HistoryEvent> events = new ArrayList<>();
    private WorkflowWrite.@Nullable Unloading unloading;

    /** Threads of the code may have come to a stop. */
    void changed() {
        changes.release();
    }

    /** Is signalled by {@link #changed}. */
    Semaphore changes() {
        return changes;
    }

    /** How many threads wait for a commit. */
    synchronized int committing() {
        return events.size();
    }

    /** Whether a branch parks the workflow. */
    synchronized boolean isParked() {
        return events.stream().anyMatch(HistoryEvent.Parked.class::isInstance);
    }

    /** The events that the code would commit next: one of each thread. */
    synchronized List<HistoryEvent> events() {
        return List.copyOf(events);
    }

    /** The waits for which the workflow would be unloaded; empty if it does not only wait. */
    synchronized List<String> waits() {
        return unloading == null
                ? List.of()
                : unloading.waitsFor().stream()
                        .map(wait -> wait.kind() + " " + wait.name())
                        .toList();
    }

    /** Lets all threads unwind. */
    void end() {
        end.completeExceptionally(new OwnershipLostException("the history ends here"));
    }

    @Override
    public CompletableFuture<Void> record(HistoryEvent event) {
        synchronized (this) {
            events.add(event);
        }
        changed();
        return end;
    }

    @Override
    public CompletableFuture<Void> record(HistoryEvent event, WorkflowWrite.Reply reply) {
        return record(event);
    }

    @Override
    public CompletableFuture<Void> move(WorkflowWrite.Move move) {
        if (move instanceof WorkflowWrite.Unloading left) {
            synchronized (this) {
                unloading = left;
            }
        }
        changed();
        return end;
    }

    @Override
    public void flush() {
        changed(); // a thread is about to wait
    }

    /** Decisions and outcomes that nobody waits for lead to the next commit. */
    @Override
    public void hold(WorkflowWrite.Outcome outcome) {}

    @Override
    public void hold(HistoryEvent.Decision decision) {}

    @Override
    public CompletableFuture<Void> record(WorkflowWrite.Outcome outcome) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> reply(WorkflowWrite.Reply reply) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> remove(WorkflowWrite.Removal removal) {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> create(WorkflowWrite.Creation creation) {
        throw new UnsupportedOperationException("a replay creates no workflow");
    }

    @Override
    public CompletableFuture<Void> rehome(WorkflowWrite.Rehoming rehoming) {
        throw new UnsupportedOperationException("a replay moves no workflow");
    }

    @Override
    public int parkedSeq() {
        return 0;
    }

    @Override
    public void close() {}
}
