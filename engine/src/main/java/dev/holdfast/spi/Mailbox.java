package dev.holdfast.spi;

import java.util.concurrent.CompletableFuture;

/**
 * Sends the writes of one workflow to the store, in the order of the calls, each once. Safe for all threads.
 *
 * <p>A future completes when the commit is <em>known</em>, on a thread of the store that must not be blocked. It
 * completes exceptionally with {@link OwnershipLostException} if this process may not write the workflow any more, or
 * with {@link RecordRefusedException} if the store can never take the write.
 */
public interface Mailbox extends AutoCloseable {
    /**
     * Accepts a new workflow. If it starts here, the write may wait up to 3 ms to share a commit with the first event.
     */
    CompletableFuture<Void> create(WorkflowWrite.Creation creation);

    /** Records an event with the next commit, together with all that is buffered. */
    CompletableFuture<Void> record(HistoryEvent event);

    /** Records an event that an operator action led to; the reply is part of the same commit. */
    CompletableFuture<Void> record(HistoryEvent event, WorkflowWrite.Reply reply);

    /** Loads or unloads the workflow with the next commit. */
    CompletableFuture<Void> move(WorkflowWrite.Move move);

    /** Replies to an operator action with the next commit. */
    CompletableFuture<Void> reply(WorkflowWrite.Reply reply);

    /** Copies records to another era with the next commit. */
    CompletableFuture<Void> rehome(WorkflowWrite.Rehoming rehoming);

    /** Records an outcome with the next commit. */
    CompletableFuture<Void> record(WorkflowWrite.Outcome outcome);

    /** Buffers an outcome until the next event; without one it is written after 3 ms. */
    void hold(WorkflowWrite.Outcome outcome);

    /** Buffers a decision in the same way: nothing that is recorded later is written without it. */
    void hold(HistoryEvent.Decision decision);

    /** Removes a message from the inbox with the next commit. */
    CompletableFuture<Void> remove(WorkflowWrite.Removal removal);

    /** Writes what is buffered with the next commit. */
    void flush();

    /** The seq of the last committed record that parked the workflow; 0 if this mailbox has written none. */
    int parkedSeq();

    /** Accepts no more writes; earlier ones are still written. */
    @Override
    void close();
}
