package dev.holdfast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * When a failed attempt of a step is followed by another. Immutable.
 *
 * @param first the wait before the second attempt
 * @param factor each further wait is this many times the one before, at least 1
 * @param most no wait is longer, jitter aside; at most 36,500 days
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

    /** Throws {@link IllegalArgumentException} for numbers outside of what the parameters say. */
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

    /** 1 s, doubled up to 1 min, 20 % jitter, 10 attempts. */
    public static RetryPolicy defaults() {
        return DEFAULTS;
    }

    /** One attempt: the first failure parks the workflow. */
    public static RetryPolicy never() {
        return DEFAULTS.attempts(1);
    }

    /** Waits of {@code first}, then twice the one before, up to 1 min or {@code first}, 20 % jitter. */
    public static RetryPolicy exponential(Duration first, int attempts) {
        Duration most = first.compareTo(DEFAULTS.most) > 0 ? first : DEFAULTS.most;
        return new RetryPolicy(first, 2, most, 0.2, attempts, List.of());
    }

    /** The same waits with another number of attempts. */
    public RetryPolicy attempts(int number) {
        return new RetryPolicy(first, factor, most, jitter, number, notOn);
    }

    /** The same, but these failures are not tried again. */
    @SafeVarargs
    public final RetryPolicy notOn(Class<? extends Throwable>... types) {
        List<Class<? extends Throwable>> refused = new ArrayList<>();
        for (Class<? extends Throwable> type : types) {
            refused.add(type);
        }
        return new RetryPolicy(first, factor, most, jitter, attempts, refused);
    }

    /** Whether this failure may be tried again at all. */
    public boolean retries(Throwable failure) {
        return notOn.stream().noneMatch(type -> type.isInstance(failure));
    }

    /** The wait after failure number {@code failures} (from 1), with {@code random} from 0 to 1 for the jitter. */
    public Duration waitAfter(int failures, double random) {
        double plain = Math.min((double) first.toMillis() * Math.pow(factor, failures - 1), (double) most.toMillis());
        return Duration.ofMillis(Math.round(plain * (1 + jitter * (2 * random - 1))));
    }
}
