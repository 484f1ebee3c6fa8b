package dev.holdfast.admin;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which open dead letters to list; those of the newest workflows first. Made by callers of
 * {@link dev.holdfast.admin.Admin#deadLetters}; immutable.
 *
 * @param type the name of the definition
 * @param cause such as RETRIES_EXHAUSTED
 * @param step the name of the step that it stopped at
 * @param limit 1 to 500
 * @param cursor {@link Page#next()} of the page before
 */
public record DeadLetterFilter(
        Optional<String> type, Optional<String> cause, Optional<String> step, int limit, Optional<String> cursor) {
    /** Throws {@link InvalidOptionException} for a limit out of range. */
    public DeadLetterFilter {
        WorkflowFilter.requireLimit(limit);
    }

    /** The first {@code limit} of all. */
    public static DeadLetterFilter all(int limit) {
        return new DeadLetterFilter(Optional.empty(), Optional.empty(), Optional.empty(), limit, Optional.empty());
    }

    /** The page that follows. */
    public DeadLetterFilter from(@Nullable String next) {
        return new DeadLetterFilter(type, cause, step, limit, Optional.ofNullable(next));
    }
}
