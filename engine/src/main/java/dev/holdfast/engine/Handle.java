package dev.holdfast.engine;

import dev.holdfast.Codec;
import dev.holdfast.Failure;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.WorkflowCancelledException;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.WorkflowStatus;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A handle that asks the endings of its engine. {@code execution} is there when the workflow was started with it. */
record Handle<O>(
        Endings endings,
        Codec codec,
        WorkflowKey key,
        String id,
        @Nullable Execution execution,
        Function<byte[], @Nullable O> decoder)
        implements WorkflowHandle<O> {

    @Override
    public WorkflowStatus status() {
        return endings.status(key, id);
    }

    @Override
    @SuppressWarnings("NullAway") // a workflow whose type allows it has null as its result
    public O result(Duration timeout) {
        Ending ending = endings.await(key, execution, timeout).orElseGet(this::late);
        return switch (ending.status()) {
            case COMPLETED -> decoder.apply(ending.value());
            case FAILED -> throw new WorkflowFailedException(message(ending));
            case CANCELLED -> throw new WorkflowCancelledException(id);
            default -> throw new ResultNotReadyException(id, ending.status());
        };
    }

    /** It may have ended since somebody looked; then the log has how. */
    private Ending late() {
        WorkflowStatus now = status();
        Optional<Ending> committed = now.isFinal() ? endings.committed(key) : Optional.empty();
        return committed.orElseThrow(() -> new ResultNotReadyException(id, now));
    }

    private String message(Ending ending) {
        return new FailureCodec(codec).decode(ending.value()).message();
    }
}
