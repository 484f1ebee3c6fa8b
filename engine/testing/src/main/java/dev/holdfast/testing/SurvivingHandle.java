package dev.holdfast.testing;

import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/**
 * A handle that outlives the node: each call finds the workflow by its id on the node that runs then. Safe for all
 * threads.
 *
 * @param find gets the handle of a node
 */
record SurvivingHandle<O>(Nodes nodes, String id, Function<Holdfast, WorkflowHandle<O>> find)
        implements WorkflowHandle<O> {
    @Override
    public WorkflowStatus status() {
        return nodes.call(holdfast -> find.apply(holdfast).status());
    }

    @Override
    public O result(Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        return nodes.call(holdfast -> find.apply(holdfast).result(deadline.left()));
    }

    @Override
    public <T> Optional<T> published(String name, Class<T> type) {
        return nodes.call(holdfast -> find.apply(holdfast).published(name, type));
    }

    @Override
    public CompletableFuture<O> completion() {
        CompletableFuture<O> future = new CompletableFuture<>();
        Thread waiting = Thread.ofVirtual().name("holdfast-result").unstarted(() -> complete(future));
        CompletableFuture<O> unused = future.whenComplete((result, failure) -> waiting.interrupt());
        waiting.start();
        return future;
    }

    private void complete(CompletableFuture<O> future) {
        try {
            future.complete(
                    nodes.call(holdfast -> completed(find.apply(holdfast).completion())));
        } catch (CompletionException e) {
            future.completeExceptionally(e.getCause());
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        }
    }

    /** Throws the failure that makes {@link Nodes#call} go on with the next node as it is. */
    private O completed(CompletableFuture<O> ofNode) {
        try {
            return ofNode.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreUnavailableException gone ? gone : e;
        }
    }
}
