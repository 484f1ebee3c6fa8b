package dev.holdfast.engine;

import dev.holdfast.Codec;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.TypeToken;
import dev.holdfast.WorkflowCancelledException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.Names;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.dispatch.OpenNode;
import dev.holdfast.engine.dispatch.ResultAwaiter;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A handle that waits by way of its engine, until that closes. {@code execution} is set if the submission started the
 * workflow here.
 */
record EngineHandle<O>(
        OpenNode node,
        ResultAwaiter results,
        Codec codec,
        WorkflowKey key,
        String id,
        @Nullable Execution execution,
        Function<byte[], @Nullable O> decoder)
        implements WorkflowHandle<O> {
    /** Of a future between two looks at the store, which waiters get no word of. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    @Override
    public WorkflowStatus status() {
        return node.call(() -> results.status(key, id));
    }

    @Override
    public O result(Duration timeout) {
        return node.call(() -> awaited(timeout));
    }

    @SuppressWarnings("NullAway") // a workflow whose type allows it has null as its result
    private O awaited(Duration timeout) {
        WorkflowEnd end = results.await(key, execution, timeout).orElseGet(this::late);
        return switch (end.status()) {
            case COMPLETED -> decoder.apply(end.value());
            case FAILED -> throw new WorkflowFailedException(message(end));
            case CANCELLED -> throw new WorkflowCancelledException(id);
            default -> throw parked();
        };
    }

    @Override
    public <T> Optional<T> published(String name, Class<T> type) {
        Names.requirePublished(name);
        return node.call(() -> results.published(key, id, name))
                .flatMap(last -> Optional.ofNullable(codec.decode(last.value(), TypeToken.of(type))));
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
        while (!future.isDone()) {
            try {
                future.complete(result(PATIENCE));
            } catch (ResultNotReadyException e) {
                if (e.status() == WorkflowStatus.DEAD_LETTERED) {
                    future.completeExceptionally(e);
                }
            } catch (StoreUnavailableException e) { // after a long outage, or because the node is closed
                if (!node.isOpen()) {
                    future.completeExceptionally(e);
                }
            } catch (Throwable e) { // of the codec, too
                future.completeExceptionally(e);
            }
        }
    }

    private ResultNotReadyException parked() {
        ResultNotReadyException bare = new ResultNotReadyException(id, WorkflowStatus.DEAD_LETTERED);
        try {
            return results.summary(key)
                    .filter(summary -> summary.deadLetter().isPresent())
                    .map(ResultNotReadyException::parked)
                    .orElse(bare);
        } catch (StoreUnavailableException e) {
            bare.addSuppressed(e);
            return bare;
        }
    }

    /** Reads the end from the log: the workflow may have ended after the wait. */
    private WorkflowEnd late() {
        WorkflowStatus now = results.status(key, id);
        Optional<WorkflowEnd> committed = now.isFinal() ? results.committed(key) : Optional.empty();
        return committed.orElseThrow(() -> new ResultNotReadyException(id, now));
    }

    private String message(WorkflowEnd end) {
        return new FailureCodec(codec).decode(end.value()).message();
    }
}
