package dev.holdfast.spi;

import dev.holdfast.admin.DefinitionVersion;
import dev.holdfast.engine.Await;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A store that has joined.
 *
 * @param lost what its listener was told
 */
public record StoreNode(Store store, Ownership ownership, List<OwnershipLostException> lost) {

    /** Joins as a node that runs something. */
    public static StoreNode joining(Store store) {
        return joining(store, List.of(new DefinitionVersion("order", 1)));
    }

    /** Joins as a node that runs these; as a gateway without any. */
    public static StoreNode joining(Store store, List<DefinitionVersion> definitions) {
        Listener listener = new Listener(new CopyOnWriteArrayList<>());
        try {
            store.join(listener, definitions);
            return new StoreNode(store, store.ownership(), listener.lost());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What this node can take up now. */
    public List<WorkflowKey> due(int limit) {
        return store.due(Duration.ZERO, limit).stream().map(DueWorkflow::key).toList();
    }

    List<InboxMessage> inbox(int limit) {
        return store.inbox(InboxCursor.START, limit).messages();
    }

    /** What was running in any bucket. */
    public List<WorkflowKey> interrupted(@Nullable WorkflowKey after, int limit) {
        return store.interrupted(IntStream.range(0, 256).boxed().toList(), after, limit);
    }

    /** Takes nothing up. */
    private record Listener(List<OwnershipLostException> lost) implements OwnershipListener {
        @Override
        public void gained(Set<Integer> buckets) {}

        @Override
        public void vacate(Set<Integer> buckets) {}

        @Override
        public void lost(OwnershipLostException reason) {
            lost.add(reason);
        }

        @Override
        public void wake() {}

        @Override
        public int loaded() {
            return 0;
        }
    }

    /** Waits for the answer; throws what it fails with. */
    SubmissionResult admit(KeyedSubmission keyed) {
        CompletableFuture<SubmissionResult> answer = store.admit(keyed, store.placeFor(keyed));
        Await.until("the submission is answered", answer::isDone);
        if (answer.isCompletedExceptionally() && Await.failure(answer) instanceof RuntimeException refused) {
            throw refused;
        }
        return Await.done(answer);
    }
}
