package dev.holdfast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides whether and when a failed attempt of a step is followed by another. Users pass it to {@link Step#retry}.
 * Immutable, safe for all threads.
 *
 * <pre>{@code
 * RetryPolicy patient = RetryPolicy.exponential(Duration.ofSeconds(5), 20).notOn(IllegalArgumentException.class);
 * }</pre>
 *
 * <p>The number of the attempt and the time of the next one survive restarts. After the retry of a dead letter the
 * number goes on and the budget of attempts is fresh.
 *
 * @param first the wait before the second attempt, at least 0
 * @param factor each further wait is this many times the one before, at least 1
 * @param most the longest wait before jitter, from {@code first} to 36,500 days
 * @param jitter a wait is made longer or shorter by up to this share of it, 0 to 1
 * @param attempts attempts in all, at least 1; then the workflow is parked as RETRIES_EXHAUSTED
 * @param notOn failures of these types park the workflow at once, as NON_RETRYABLE
 */
public record RetryPolicy(
        Duration first,
        double factor,
        Duration most,
        double jitter,
        int attempts,
        List<Class<? extends Throwable>> notOn) {
    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final RetryPolicy DEFAULTS =
            new RetryPolicy(Duration.ofSeconds(1), 2, Duration.ofMinutes(1), 0.2, 10, List.of());

    /** Throws {@link IllegalArgumentException} for a value out of its range. */
    public RetryPolicy {
        if (first.isNegative() || most.compareTo(first) < 0 || most.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("waits from " + first + " to " + most
                    + ": expected 0 <= first <= most <= " + LONGEST.toDays() + " days");
        }
        if (!(factor >= 1) || !(jitter >= 0 && jitter <= 1) || attempts < 1) {
            throw new IllegalArgumentException("factor " + factor + ", jitter " + jitter + ", attempts " + attempts
                    + ": expected factor >= 1, jitter 0 to 1, attempts >= 1");
        }
        notOn = List.copyOf(notOn);
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
     * Waits {@code first}, then twice the wait before, up to 1 min or {@code first}, whichever is longer, with 20 %
     * jitter. Throws {@link IllegalArgumentException} like the constructor.
     */
    public static RetryPolicy exponential(Duration first, int attempts) {
        Duration most = first.compareTo(DEFAULTS.most) > 0 ? first : DEFAULTS.most;
        return new RetryPolicy(first, 2, most, 0.2, attempts, List.of());
    }

    /** Replaces the number of attempts. */
    public RetryPolicy attempts(int number) {
        return new RetryPolicy(first, factor, most, jitter, number, notOn);
    }

    /** Parks the workflow at once on failures of these types and their subtypes. Replaces the types before. */
    @SafeVarargs
    public final RetryPolicy notOn(Class<? extends Throwable>... types) {
        List<Class<? extends Throwable>> refused = new ArrayList<>();
        for (Class<? extends Throwable> type : types) {
            refused.add(type);
        }
        return new RetryPolicy(first, factor, most, jitter, attempts, refused);
    }

    /** Tells whether the policy allows another attempt after this failure, apart from the number of attempts. */
    public boolean retries(Throwable failure) {
        return notOn.stream().noneMatch(type -> type.isInstance(failure));
    }

    /**
     * Computes a wait, in whole milliseconds. Called by the engine.
     *
     * @param failures the number of the failure, from 1
     * @param random from 0, the shortest wait of the jitter, to 1, the longest
     */
    public Duration waitAfter(int failures, double random) {
        double plain = Math.min((double) first.toMillis() * Math.pow(factor, failures - 1), (double) most.toMillis());
        return Duration.ofMillis(Math.round(plain * (1 + jitter * (2 * random - 1))));
    }
}
