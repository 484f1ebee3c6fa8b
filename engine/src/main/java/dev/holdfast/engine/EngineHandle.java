package dev.holdfast.engine;

import dev.holdfast.Codec;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.WorkflowCancelledException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.dispatch.ResultAwaiter;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.engine.execution.WorkflowEnd;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A handle that waits by way of its engine. {@code execution} is set if the submission started the workflow here. */
record EngineHandle<O>(
        ResultAwaiter results,
        Codec codec,
        WorkflowKey key,
        String id,
        @Nullable Execution execution,
        Function<byte[], @Nullable O> decoder)
        implements WorkflowHandle<O> {

    @Override
    public WorkflowStatus status() {
        return results.status(key, id);
    }

    @Override
    @SuppressWarnings("NullAway") // a workflow whose type allows it has null as its result
    public O result(Duration timeout) {
        WorkflowEnd end = results.await(key, execution, timeout).orElseGet(this::late);
        return switch (end.status()) {
            case COMPLETED -> decoder.apply(end.value());
            case FAILED -> throw new WorkflowFailedException(message(end));
            case CANCELLED -> throw new WorkflowCancelledException(id);
            default -> throw new ResultNotReadyException(id, end.status());
        };
    }

    /** Reads the end from the log: the workflow may have ended after the wait. */
    private WorkflowEnd late() {
        WorkflowStatus now = status();
        Optional<WorkflowEnd> committed = now.isFinal() ? results.committed(key) : Optional.empty();
        return committed.orElseThrow(() -> new ResultNotReadyException(id, now));
    }

    private String message(WorkflowEnd end) {
        return new FailureCodec(codec).decode(end.value()).message();
    }
}
