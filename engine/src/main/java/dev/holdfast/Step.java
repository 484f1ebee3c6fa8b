package dev.holdfast;

import dev.holdfast.admin.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name and the options of a step, for {@link WorkflowContext#step(Step, Class, StepBody)}. Immutable, safe for all
 * threads; may be a constant.
 *
 * <pre>{@code
 * static final Step CHARGE = Step.named("charge")
 *         .retry(RetryPolicy.exponential(Duration.ofSeconds(2), 5))
 *         .timeout(Duration.ofSeconds(30))
 *         .rejects(CardDeclined.class);
 * }</pre>
 *
 * <p>The log stores the name only, so options may change while workflows run. The name may not: a workflow whose code
 * asks for another name than its log has is parked as HISTORY_MISMATCH.
 */
public final class Step {
    private final String name;
    private final RetryPolicy retry;
    private final List<Class<? extends Throwable>> rejections;
    private final @Nullable Duration timeout;

    private Step(
            String name, RetryPolicy retry, List<Class<? extends Throwable>> rejections, @Nullable Duration timeout) {
        this.name = name;
        this.retry = retry;
        this.rejections = rejections;
        this.timeout = timeout;
    }

    /**
     * Names a step with {@link RetryPolicy#defaults()}, no timeout, and {@link StepRejected} as its only rejection.
     * Names may repeat within a workflow. Throws {@link IllegalArgumentException} for a name that breaks the rule.
     *
     * @param name 1 to 200 characters without control characters and lone surrogates
     */
    public static Step named(String name) {
        Names.requireStep(name);
        return new Step(name, RetryPolicy.defaults(), List.of(), null);
    }

    /** Replaces the retry policy. */
    public Step retry(RetryPolicy policy) {
        return new Step(name, policy, rejections, timeout);
    }

    /**
     * Makes exceptions of these types, and of their subtypes, final outcomes like {@link StepRejected}. Replaces the
     * types of an earlier call.
     */
    @SafeVarargs
    public final Step rejects(Class<? extends Throwable>... types) {
        List<Class<? extends Throwable>> rejected = new ArrayList<>();
        for (Class<? extends Throwable> type : types) {
            rejected.add(type);
        }
        return new Step(name, retry, List.copyOf(rejected), timeout);
    }

    /**
     * Limits the time of each attempt: the engine interrupts the body after {@code limit} and counts the attempt as
     * failed. A body that ignores the interrupt runs on, and its return value is dropped. Throws
     * {@link IllegalArgumentException} unless {@code limit} is over 0.
     */
    public Step timeout(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("timeout of step " + name + " is " + limit + ": expected more than 0");
        }
        return new Step(name, retry, rejections, limit);
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the retry policy. */
    public RetryPolicy retry() {
        return retry;
    }

    /** Returns the time limit of an attempt; empty without a limit. */
    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** Tells whether this failure of the body is its final outcome rather than a failed attempt. */
    public boolean isRejection(Throwable failure) {
        return failure instanceof StepRejected || rejections.stream().anyMatch(type -> type.isInstance(failure));
    }
}
