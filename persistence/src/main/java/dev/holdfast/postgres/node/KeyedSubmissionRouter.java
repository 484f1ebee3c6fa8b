package dev.holdfast.postgres.node;

import dev.holdfast.OverloadedException;
import dev.holdfast.postgres.checkpoint.CheckpointQueue;
import dev.holdfast.postgres.checkpoint.KeyedSubmissionWriter;
import dev.holdfast.postgres.cluster.OwnedBuckets;
import dev.holdfast.spi.KeyedSubmission;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.SubmissionResult;
import dev.holdfast.spi.WorkflowKey;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Decides which node starts a keyed submission: this one if it owns the bucket and admits new workflows there, or else
 * the owner, which is notified. Safe for all threads.
 *
 * @param notifyOwner notifies the owner of a bucket, if it is another node
 */
public record KeyedSubmissionRouter(KeyedSubmissionWriter writer, OwnedBuckets ownedBuckets, IntConsumer notifyOwner) {
    /** Throws {@link OverloadedException} if more than this many submissions wait. */
    public void requireRoom(int waitingMax) {
        int waiting = writer.depth();
        if (waiting > waitingMax) {
            throw new OverloadedException(
                    waiting + " submissions wait for the database on this node", CheckpointQueue.RETRY_AFTER);
        }
    }

    /**
     * Accepts a workflow at this place or joins the existing one. A workflow that starts here enters its bucket before
     * it is written, and closing its mailbox leaves the bucket. The bucket cannot be given up in between.
     */
    public CompletableFuture<SubmissionResult> admit(
            KeyedSubmission keyed, WorkflowKey place, Supplier<Mailbox> mailbox) {
        int bucket = place.bucket();
        if (!keyed.creation().starts() || !ownedBuckets.tryEnterOpen(bucket)) {
            return writer.admit(keyed.queued(), place).thenApply(result -> {
                notifyOwner.accept(bucket);
                return result;
            });
        }
        return writer.admit(keyed, place)
                .whenComplete((result, failure) -> {
                    if (failure != null || result.joined()) {
                        ownedBuckets.leave(bucket);
                    }
                })
                .thenApply(result -> result.joined() ? result : result.with(mailbox.get()));
    }
}
