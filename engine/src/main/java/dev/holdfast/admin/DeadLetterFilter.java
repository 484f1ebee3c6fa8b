package dev.holdfast.admin;

import java.util.Optional;

/**
 * Selects open dead letters, those of the newest workflows first. Callers of {@link Admin#deadLetters} make it with
 * {@link #all}. Immutable.
 *
 * @param type the name of the definition
 * @param cause the name of a {@link DeadLetter.Cause}
 * @param step the name of the step that the workflow stopped at
 * @param limit 1 to 500 dead letters
 * @param cursor {@link Page#next()} of the page before
 */
public record DeadLetterFilter(
        Optional<String> type, Optional<String> cause, Optional<String> step, int limit, Optional<String> cursor) {
    /** Throws {@link InvalidOptionException} for a limit out of range. */
    public DeadLetterFilter {
        WorkflowFilter.requireLimit(limit);
    }

    /** Selects the first {@code limit} dead letters. */
    public static DeadLetterFilter all(int limit) {
        return new DeadLetterFilter(Optional.empty(), Optional.empty(), Optional.empty(), limit, Optional.empty());
    }

    /** Selects dead letters of this definition. */
    public DeadLetterFilter type(String definition) {
        return new DeadLetterFilter(Optional.of(definition), cause, step, limit, cursor);
    }

    /** Selects dead letters of this cause. */
    public DeadLetterFilter cause(DeadLetter.Cause wanted) {
        return new DeadLetterFilter(type, Optional.of(wanted.name()), step, limit, cursor);
    }

    /** Selects dead letters of workflows that stopped at the step of this name. */
    public DeadLetterFilter step(String name) {
        return new DeadLetterFilter(type, cause, Optional.of(name), limit, cursor);
    }

    /** Selects the page that follows; {@code next} is {@link Page#next()} of the page before. */
    public DeadLetterFilter from(String next) {
        return new DeadLetterFilter(type, cause, step, limit, Optional.of(next));
    }
}
