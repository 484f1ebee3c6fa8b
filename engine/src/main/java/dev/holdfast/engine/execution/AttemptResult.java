package dev.holdfast.engine.execution;

import dev.holdfast.admin.Failure;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import org.jspecify.annotations.Nullable;

/** What a body did, and how that is recorded. */
public sealed interface AttemptResult<T> {
    Outcome outcome();

    /** It returned this. */
    record Succeeded<T>(@Nullable T value, Outcome outcome) implements AttemptResult<T> {}

    /** It threw a rejection. */
    record Rejected<T>(Failure failure, Outcome outcome) implements AttemptResult<T> {}

    /** It threw something else; there is another attempt when the outcome has a {@code retryIn}. */
    record Failed<T>(Throwable thrown, Outcome outcome) implements AttemptResult<T> {}
}
