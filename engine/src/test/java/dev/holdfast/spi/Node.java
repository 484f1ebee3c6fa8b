package dev.holdfast.spi;

import dev.holdfast.testing.Await;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A store that has joined.
 *
 * @param lost what its listener was told
 */
public record Node(Store store, Ownership ownership, List<OwnershipLostException> lost) {

    /** Joins. */
    public static Node joining(Store store) {
        List<OwnershipLostException> lost = new CopyOnWriteArrayList<>();
        try {
            return new Node(store, store.join(lost::add), lost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Waits for the answer; throws what it fails with. */
    Admitted admit(Admission admission) {
        CompletableFuture<Admitted> answer = store.admit(admission);
        Await.until("the submission is answered", answer::isDone);
        if (answer.isCompletedExceptionally() && Await.failure(answer) instanceof RuntimeException refused) {
            throw refused;
        }
        return Await.done(answer);
    }
}
