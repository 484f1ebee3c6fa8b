package dev.holdfast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

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
 * @param initialBackoff the wait before the second attempt, at least 0
 * @param factor each further wait is this many times the one before, at least 1
 * @param maxBackoff the longest wait before jitter, from {@code initialBackoff} to 36,500 days
 * @param jitter a wait is made longer or shorter by up to this share of it, 0 to 1
 * @param attempts attempts in all, at least 1; then the workflow is parked as RETRIES_EXHAUSTED
 * @param nonRetryable failures of these types park the workflow at once, as NON_RETRYABLE
 */
public record RetryPolicy(
        Duration initialBackoff,
        double factor,
        Duration maxBackoff,
        double jitter,
        int attempts,
        List<Class<? extends Throwable>> nonRetryable) {
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final RetryPolicy DEFAULTS =
            new RetryPolicy(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.2, 10, List.of());

    /** Throws {@link IllegalArgumentException} for a value out of its range. */
    public RetryPolicy {
        if (initialBackoff.isNegative()
                || maxBackoff.compareTo(initialBackoff) < 0
                || maxBackoff.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("initialBackoff " + initialBackoff + ", maxBackoff " + maxBackoff
                    + ": expected 0 <= initialBackoff <= maxBackoff <= " + LONGEST.toDays() + " days");
        }
        if (!(factor >= 1) || !(jitter >= 0 && jitter <= 1) || attempts < 1) {
            throw new IllegalArgumentException("factor " + factor + ", jitter " + jitter + ", attempts " + attempts
                    + ": expected factor >= 1, jitter 0 to 1, attempts >= 1");
        }
        nonRetryable = List.copyOf(nonRetryable);
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
     * longer, with 20 % jitter. Throws {@link IllegalArgumentException} like the constructor.
     */
    public static RetryPolicy exponential(Duration initialBackoff, int attempts) {
        return DEFAULTS.initialBackoff(initialBackoff).attempts(attempts);
    }

    /** Replaces the wait before the second attempt, and the longest wait if that is shorter. */
    public RetryPolicy initialBackoff(Duration wait) {
        Duration longest = wait.compareTo(maxBackoff) > 0 ? wait : maxBackoff;
        return new RetryPolicy(wait, factor, longest, jitter, attempts, nonRetryable);
    }

    /** Replaces the longest wait before jitter. */
    public RetryPolicy maxBackoff(Duration wait) {
        return new RetryPolicy(initialBackoff, factor, wait, jitter, attempts, nonRetryable);
    }

    /** Replaces the number of attempts. */
    public RetryPolicy attempts(int number) {
        return new RetryPolicy(initialBackoff, factor, maxBackoff, jitter, number, nonRetryable);
    }

    /** Parks the workflow at once on failures of these types and their subtypes. Replaces the types before. */
    @SafeVarargs
    public final RetryPolicy nonRetryable(Class<? extends Throwable>... types) {
        List<Class<? extends Throwable>> refused = new ArrayList<>();
        for (Class<? extends Throwable> type : types) {
            refused.add(type);
        }
        return new RetryPolicy(initialBackoff, factor, maxBackoff, jitter, attempts, refused);
    }

    /** Tells whether the policy allows another attempt after this failure, apart from the number of attempts. */
    public boolean retries(Throwable failure) {
        return nonRetryable.stream().noneMatch(type -> type.isInstance(failure));
    }

    /**
     * Computes a wait, in whole milliseconds. Called by the engine.
     *
     * @param failures the number of the failure, from 1
     * @param random from 0, the shortest wait of the jitter, to 1, the longest
     */
    public Duration waitAfter(int failures, double random) {
        double plain = Math.min(
                (double) initialBackoff.toMillis() * Math.pow(factor, failures - 1), (double) maxBackoff.toMillis());
        return Duration.ofMillis(Math.round(plain * (1 + jitter * (2 * random - 1))));
    }
}
