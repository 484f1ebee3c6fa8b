package dev.holdfast.testing;

import dev.holdfast.StepBody;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands in for the body of a step: values and failures, one for each call, of which the last one repeats. Passed
 * to {@link Kit#stub(String, Stub)}. Immutable, safe for all threads.
 *
 * <pre>{@code
 * kit.stub("charge", Stub.failing(2, new IOException("down")).then("payment-1"));
 * kit.stub("hold", Stub.failing(new StepRejected("no money")));
 * kit.stub("quote", Stub.returning("10 EUR").then("9 EUR"));
 * }</pre>
 *
 * <p>A value must be of the type of the step. A failure is handled as if the body had thrown it: the step retries, or
 * is rejected. If the node crashes before an outcome is recorded, the next call for the same step gets the same outcome
 * again, as from a system that honours the idempotency key.
 */
public final class Stub {
    private final List<StepBody<?>> outcomes;

    private Stub(List<StepBody<?>> outcomes) {
        this.outcomes = List.copyOf(outcomes);
    }

    /** Returns this value, which may be null, at each call. */
    public static Stub returning(@Nullable Object value) {
        return calling(bodyOf(value));
    }

    /** Throws this at each call, or before what {@link #then} adds. */
    public static Stub failing(Exception failure) {
        return failing(1, failure);
    }

    /** Throws this at so many calls, at least 1, before what {@link #then} adds. */
    public static Stub failing(int times, Exception failure) {
        return new Stub(List.of()).thenFailing(times, failure);
    }

    /** Calls this in place of the body of the step; it gets the attempt, and its value must be of the step's type. */
    public static Stub calling(StepBody<?> body) {
        return new Stub(List.of(body));
    }

    /** Adds a value, which may be null. */
    public Stub then(@Nullable Object value) {
        return and(List.of(bodyOf(value)));
    }

    /** Adds so many failures, at least 1. */
    public Stub thenFailing(int times, Exception failure) {
        if (times < 1) {
            throw new IllegalArgumentException("failing " + times + " times: expected at least 1");
        }
        return and(Collections.nCopies(times, step -> {
            throw failure;
        }));
    }

    private Stub and(List<StepBody<?>> more) {
        List<StepBody<?>> all = new ArrayList<>(outcomes);
        all.addAll(more);
        return new Stub(all);
    }

    @SuppressWarnings("NullAway") // the type of the step decides whether it may be null
    private static StepBody<Object> bodyOf(@Nullable Object value) {
        return step -> value;
    }

    /** What the call of this number, from 0, does. */
    StepBody<?> outcome(int call) {
        return outcomes.get(Math.min(call, outcomes.size() - 1));
    }
}
