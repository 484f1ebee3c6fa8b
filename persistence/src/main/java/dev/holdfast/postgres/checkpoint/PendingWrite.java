package dev.holdfast.postgres.checkpoint;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.WorkflowWrite;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A write that is not committed yet. Immutable.
 *
 * @param reply written with an event that an operator action led to; else null
 * @param committed completes when the commit is known; null for what is buffered, which no caller waits for
 * @param bytes the approximate size in memory and on the wire
 * @param since when it was added, by {@link System#nanoTime}
 */
record PendingWrite(
        WorkflowWrite write,
        WorkflowWrite.@Nullable Reply reply,
        @Nullable CompletableFuture<Void> committed,
        int bytes,
        long since) {
    private static final int OVERHEAD_BYTES = 128;

    static PendingWrite of(
            WorkflowWrite write, WorkflowWrite.@Nullable Reply reply, @Nullable CompletableFuture<Void> committed) {
        return new PendingWrite(write, reply, committed, OVERHEAD_BYTES + payload(write), System.nanoTime());
    }

    private static int payload(WorkflowWrite write) {
        return switch (write) {
            case WorkflowWrite.Creation creation -> creation.input().length;
            case WorkflowWrite.Outcome outcome -> outcome.value().length;
            case HistoryEvent event -> event.payloadBytes();
            case WorkflowWrite.Scrubbed scrubbed -> scrubbed.failure().length;
            case WorkflowWrite.Answered answered -> 0;
            case WorkflowWrite.Erased erased -> 0;
            case WorkflowWrite.Removal removal -> 0;
            case WorkflowWrite.Rehoming rehoming -> 0;
            case WorkflowWrite.Move move -> 0;
        };
    }

    void succeed() {
        if (committed != null) {
            committed.complete(null);
        }
    }

    void fail(RuntimeException reason) {
        if (committed != null) {
            committed.completeExceptionally(reason);
        }
    }
}
