package dev.holdfast.postgres.checkpoint;

import dev.holdfast.spi.WorkflowWrite;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An entry on its way.
 *
 * @param committed told when its commit is known; null where nobody waits
 * @param bytes about what it takes in memory and on the wire
 * @param since when it was put in, by {@link System#nanoTime}
 */
record PendingWrite(WorkflowWrite write, @Nullable CompletableFuture<Void> committed, int bytes, long since) {
    private static final int OVERHEAD_BYTES = 128;

    static PendingWrite of(WorkflowWrite write, @Nullable CompletableFuture<Void> committed) {
        return new PendingWrite(write, committed, OVERHEAD_BYTES + payload(write), System.nanoTime());
    }

    private static int payload(WorkflowWrite write) {
        return switch (write) {
            case WorkflowWrite.Creation acceptance -> acceptance.input().length;
            case WorkflowWrite.Outcome outcome -> outcome.value().length;
            case WorkflowWrite.Ended ended -> ended.value().length;
            case WorkflowWrite.Parked parked -> parked.deadLetter().stack().length();
            case WorkflowWrite.Intent intent -> intent.name().length();
            case WorkflowWrite.Cancelled cancelled -> 0;
            case WorkflowWrite.Retried retried -> 0;
            case WorkflowWrite.Rehomed rehomed -> 0;
            case WorkflowWrite.Erased erased -> 0;
            case WorkflowWrite.Scrubbed scrubbed -> scrubbed.failure().length;
            case WorkflowWrite.Answered answered -> 0;
            case WorkflowWrite.Loading loading -> 0;
            case WorkflowWrite.Unloading unloading -> 0;
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
