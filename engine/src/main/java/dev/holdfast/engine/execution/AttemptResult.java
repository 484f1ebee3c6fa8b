package dev.holdfast.engine.execution;

import dev.holdfast.admin.Failure;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import org.jspecify.annotations.Nullable;

/** The result of an attempt, with the outcome to record. */
public sealed interface AttemptResult<T> {
    Outcome outcome();

    /** The body returned this value. */
    record Succeeded<T>(@Nullable T value, Outcome outcome) implements AttemptResult<T> {}

    /** The body returned this value in a transaction that recorded the outcome: it is committed. */
    record Committed<T>(@Nullable T value, Outcome outcome) implements AttemptResult<T> {}

    /** The body threw a rejection. */
    record Rejected<T>(Failure failure, Outcome outcome) implements AttemptResult<T> {}

    /** The body was not called, because the code has to leave or to stop: it may be called by another attempt. */
    record NotBegun<T>(Outcome outcome) implements AttemptResult<T> {}

    /** The body threw any other exception; another attempt follows if the outcome has a {@code retryIn}. */
    record Failed<T>(Throwable thrown, Failure failure, Outcome outcome) implements AttemptResult<T> {}
}
