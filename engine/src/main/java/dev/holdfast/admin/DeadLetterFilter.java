package dev.holdfast.admin;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Selects open dead letters, those of the newest workflows first. Callers of {@link Admin#deadLetters} make it with
 * {@link #all}, and restrict it by methods that return a changed copy. Immutable.
 */
public final class DeadLetterFilter {
    private static final class Values extends CopiedValues<Values> {
        @Nullable
        String type;

        DeadLetter.@Nullable Cause cause;

        @Nullable
        String step;

        int limit;

        @Nullable
        String cursor;
    }

    private final Values values;

    private DeadLetterFilter(Values values) {
        this.values = values;
    }

    /** Selects all dead letters, 1 to 500 on a page. Throws {@link InvalidOptionException} for another limit. */
    public static DeadLetterFilter all(int limit) {
        WorkflowFilter.requireLimit(limit);
        Values values = new Values();
        values.limit = limit;
        return new DeadLetterFilter(values);
    }

    private DeadLetterFilter with(Consumer<Values> change) {
        return new DeadLetterFilter(values.with(change));
    }

    /** Selects dead letters of this definition. */
    public DeadLetterFilter type(String definition) {
        return with(changed -> changed.type = definition);
    }

    /** Selects dead letters of this cause. */
    public DeadLetterFilter cause(DeadLetter.Cause wanted) {
        return with(changed -> changed.cause = wanted);
    }

    /** Selects dead letters of workflows that stopped at the step of this name. */
    public DeadLetterFilter step(String name) {
        return with(changed -> changed.step = name);
    }

    /** Selects the page that follows; {@code next} is {@link Page#next()} of the page before. */
    public DeadLetterFilter from(String next) {
        return with(changed -> changed.cursor = next);
    }

    /** The name of the definition; empty for any. */
    public Optional<String> type() {
        return Optional.ofNullable(values.type);
    }

    /** The cause; empty for any. */
    public Optional<DeadLetter.Cause> cause() {
        return Optional.ofNullable(values.cause);
    }

    /** The name of the step that the workflow stopped at; empty for any. */
    public Optional<String> step() {
        return Optional.ofNullable(values.step);
    }

    /** The dead letters on a page at most, 1 to 500. */
    public int limit() {
        return values.limit;
    }

    /** The place of the page; empty for the first. */
    public Optional<String> cursor() {
        return Optional.ofNullable(values.cursor);
    }
}
