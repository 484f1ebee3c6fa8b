package dev.holdfast.postgres;

import dev.holdfast.spi.Entry;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An entry on its way.
 *
 * @param committed told when its commit is known; null where nobody waits
 * @param bytes about what it takes in memory and on the wire
 * @param since when it was put in, by {@link System#nanoTime}
 */
record Pending(Entry entry, @Nullable CompletableFuture<Void> committed, int bytes, long since) {
    private static final int OVERHEAD_BYTES = 128;

    static Pending of(Entry entry, @Nullable CompletableFuture<Void> committed) {
        return new Pending(entry, committed, OVERHEAD_BYTES + payload(entry), System.nanoTime());
    }

    private static int payload(Entry entry) {
        return switch (entry) {
            case Entry.Acceptance acceptance -> acceptance.input().length;
            case Entry.Outcome outcome -> outcome.value().length;
            case Entry.Ended ended -> ended.value().length;
            case Entry.Parked parked -> parked.deadLetter().stack().length();
            case Entry.Intent intent -> intent.name().length();
            case Entry.Cancelled cancelled -> 0;
            case Entry.Retried retried -> 0;
            case Entry.Rehomed rehomed -> 0;
            case Entry.Erased erased -> 0;
            case Entry.Scrubbed scrubbed -> scrubbed.failure().length;
            case Entry.Answered answered -> 0;
            case Entry.Loading loading -> 0;
            case Entry.Unloading unloading -> 0;
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
