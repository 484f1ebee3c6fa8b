package dev.holdfast.engine;

import dev.holdfast.Failure;
import dev.holdfast.spi.Entry.Outcome;
import org.jspecify.annotations.Nullable;

/** What a body did, and how that is recorded. */
sealed interface Attempted<T> {
    Outcome outcome();

    /** It returned this. */
    record Succeeded<T>(@Nullable T value, Outcome outcome) implements Attempted<T> {}

    /** It threw a rejection. */
    record Rejected<T>(Failure failure, Outcome outcome) implements Attempted<T> {}

    /** It threw something else; there is another attempt when the outcome has a {@code retryIn}. */
    record Failed<T>(Throwable thrown, Outcome outcome) implements Attempted<T> {}
}
