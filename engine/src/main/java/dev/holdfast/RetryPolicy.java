package dev.holdfast;

import dev.holdfast.admin.CopiedValues;
import dev.holdfast.admin.DurationText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Decides whether and when a failed attempt of a step is followed by another. Users pass it to {@link Step#retry}.
 * Immutable, safe for all threads.
 *
 * <pre>{@code
 * RetryPolicy patient = RetryPolicy.exponential(Duration.ofSeconds(5), 20)
 *         .nonRetryable(IllegalArgumentException.class);
 * }</pre>
 *
 * <p>The number of the attempt and the time of the next one survive restarts. After the retry of a dead letter the
 * number goes on and the budget of attempts is fresh.
 *
 * <p>It is changed by methods that return a changed copy and throw {@link IllegalArgumentException} for a value out of
 * its range.
 */
public final class RetryPolicy {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final class Values extends CopiedValues<Values> {
        Duration initialBackoff = Duration.ofSeconds(1);
        double factor = 2;
        Duration maxBackoff = Duration.ofMinutes(1);
        double jitter = 0.2;
        int attempts = 10;
        List<Class<? extends Throwable>> retryable = List.of();
        List<Class<? extends Throwable>> nonRetryable = List.of();
    }

    private static final RetryPolicy DEFAULTS = new RetryPolicy(new Values());

    private final Values values;

    private RetryPolicy(Values values) {
        this.values = values;
        if (values.initialBackoff.isNegative()
                || values.maxBackoff.compareTo(values.initialBackoff) < 0
                || values.maxBackoff.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "initialBackoff " + DurationText.of(values.initialBackoff) + ", maxBackoff "
                            + DurationText.of(values.maxBackoff) + ": expected 0 <= initialBackoff <= maxBackoff <= "
                            + LONGEST.toDays()
                            + " days");
        }
        if (!(values.factor >= 1) || !(values.jitter >= 0 && values.jitter <= 1) || values.attempts < 1) {
            throw new IllegalArgumentException("factor " + values.factor + ", jitter " + values.jitter + ", attempts "
                    + values.attempts + ": expected factor >= 1, jitter 0 to 1, attempts >= 1");
        }
    }

    /** Waits 1 s, then twice the wait before, up to 1 min, with 20 % jitter: 10 attempts. */
    public static RetryPolicy defaults() {
        return DEFAULTS;
    }

    /** Allows one attempt: the first failure parks the workflow. */
    public static RetryPolicy never() {
        return DEFAULTS.attempts(1);
    }

    /**
     * Waits {@code initialBackoff}, then twice the wait before, up to 1 min or {@code initialBackoff}, whichever is
     * longer, with 20 % jitter.
     */
    public static RetryPolicy exponential(Duration initialBackoff, int attempts) {
        return DEFAULTS.initialBackoff(initialBackoff).attempts(attempts);
    }

    private RetryPolicy with(Consumer<Values> change) {
        return new RetryPolicy(values.with(change));
    }

    /** Sets the wait before the second attempt, at least 0, and the longest wait if that is shorter. */
    public RetryPolicy initialBackoff(Duration wait) {
        return with(changed -> {
            changed.initialBackoff = wait;
            changed.maxBackoff = wait.compareTo(values.maxBackoff) > 0 ? wait : values.maxBackoff;
        });
    }

    /** Makes each further wait this many times the one before, at least 1. */
    public RetryPolicy factor(double times) {
        return with(changed -> changed.factor = times);
    }

    /** Sets the longest wait before jitter, from {@code initialBackoff} to 36,500 days. */
    public RetryPolicy maxBackoff(Duration wait) {
        return with(changed -> changed.maxBackoff = wait);
    }

    /** Makes a wait longer or shorter by up to this share of it, 0 to 1. */
    public RetryPolicy jitter(double share) {
        return with(changed -> changed.jitter = share);
    }

    /** Sets the number of attempts in all, at least 1; then the workflow is parked as RETRIES_EXHAUSTED. */
    public RetryPolicy attempts(int number) {
        return with(changed -> changed.attempts = number);
    }

    /**
     * Retries failures of these types and their subtypes only, and parks the workflow at once on any other. Replaces
     * the types before; without types it retries all.
     */
    @SafeVarargs
    public final RetryPolicy retryable(Class<? extends Throwable>... types) {
        List<Class<? extends Throwable>> retried = copy(types);
        return with(changed -> changed.retryable = retried);
    }

    /**
     * Parks the workflow at once on failures of these types and their subtypes, also if they are
     * {@link #retryable(Class[]) retryable}. Replaces the types before.
     */
    @SafeVarargs
    public final RetryPolicy nonRetryable(Class<? extends Throwable>... types) {
        List<Class<? extends Throwable>> refused = copy(types);
        return with(changed -> changed.nonRetryable = refused);
    }

    @SafeVarargs
    private static List<Class<? extends Throwable>> copy(Class<? extends Throwable>... types) {
        List<Class<? extends Throwable>> copy = new ArrayList<>();
        for (Class<? extends Throwable> type : types) {
            copy.add(type);
        }
        return List.copyOf(copy);
    }

    /**
     * Tells whether the policy allows another attempt after this failure, apart from the number of attempts. It always
     * does after a {@link RetryAfterException}.
     */
    public boolean retries(Throwable failure) {
        return failure instanceof RetryAfterException
                || (values.retryable.isEmpty() || isOneOf(values.retryable, failure))
                        && !isOneOf(values.nonRetryable, failure);
    }

    private static boolean isOneOf(List<Class<? extends Throwable>> types, Throwable failure) {
        return types.stream().anyMatch(type -> type.isInstance(failure));
    }

    /**
     * Computes a wait, in whole milliseconds. Called by the engine.
     *
     * @param failures the number of the failure, from 1
     * @param random from 0, the shortest wait of the jitter, to 1, the longest
     */
    public Duration waitAfter(int failures, double random) {
        double plain =
                Math.min((double) values.initialBackoff.toMillis() * Math.pow(values.factor, failures - 1), (double)
                        values.maxBackoff.toMillis());
        return Duration.ofMillis(Math.round(plain * (1 + values.jitter * (2 * random - 1))));
    }

    /**
     * Computes the wait after this failure, in whole milliseconds: what a {@link RetryAfterException} asks for, longer
     * by the jitter, so that many workflows do not come back at once; else that of {@link #waitAfter(int, double)}.
     * Called by the engine.
     */
    public Duration waitAfter(Throwable failure, int failures, double random) {
        if (failure instanceof RetryAfterException asked) {
            return Duration.ofMillis(Math.round(asked.after().toMillis() * (1 + values.jitter * random)));
        }
        return waitAfter(failures, random);
    }

    /** See {@link #initialBackoff(Duration)}. */
    public Duration initialBackoff() {
        return values.initialBackoff;
    }

    /** See {@link #factor(double)}. */
    public double factor() {
        return values.factor;
    }

    /** See {@link #maxBackoff(Duration)}. */
    public Duration maxBackoff() {
        return values.maxBackoff;
    }

    /** See {@link #jitter(double)}. */
    public double jitter() {
        return values.jitter;
    }

    /** See {@link #attempts(int)}. */
    public int attempts() {
        return values.attempts;
    }

    /** See {@link #retryable(Class[])}; unmodifiable. */
    public List<Class<? extends Throwable>> retryable() {
        return values.retryable;
    }

    /** See {@link #nonRetryable(Class[])}; unmodifiable. */
    public List<Class<? extends Throwable>> nonRetryable() {
        return values.nonRetryable;
    }
}
