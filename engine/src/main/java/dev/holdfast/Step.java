package dev.holdfast;

import dev.holdfast.admin.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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
    /** Null unless it was set. */
    private final @Nullable RetryPolicy retry;

    private final List<Class<? extends Throwable>> rejections;
    private final @Nullable Duration timeout;
    private final boolean atMostOnce;

    private Step(
            String name,
            @Nullable RetryPolicy retry,
            List<Class<? extends Throwable>> rejections,
            @Nullable Duration timeout,
            boolean atMostOnce) {
        if (atMostOnce && retry != null) {
            throw new IllegalArgumentException("step " + name + " has both atMostOnce() and retry(...): a retry calls"
                    + " the body again, and atMostOnce promises that nothing does; remove one of them");
        }
        this.name = name;
        this.retry = retry;
        this.rejections = rejections;
        this.timeout = timeout;
        this.atMostOnce = atMostOnce;
    }

    /**
     * Names a step with {@link RetryPolicy#defaults()}, no timeout, and {@link StepRejected} as its only rejection.
     * Names may repeat within a workflow. Throws {@link IllegalArgumentException} for a name that breaks the rule.
     *
     * @param name 1 to 200 characters without control characters and lone surrogates
     */
    public static Step named(String name) {
        Names.requireStep(name);
        return new Step(name, null, List.of(), null, false);
    }

    /** Replaces the retry policy. Throws {@link IllegalArgumentException} for a step that runs at most once. */
    public Step retry(RetryPolicy policy) {
        return new Step(name, policy, rejections, timeout, atMostOnce);
    }

    /**
     * Calls the body at most once, for effects that nobody can repeat or recognise as repeated. An exception parks the
     * workflow as NON_RETRYABLE, unless it is a rejection. If the body may have run, and its outcome is unknown (its
     * process ended, its time was over, or its node lost the workflow), the workflow is parked as IN_DOUBT until an
     * operator decides. Neither a cancel nor a lost race interrupts the body: they wait for it, so give it a
     * {@link #timeout}. Throws {@link IllegalArgumentException} for a step with a retry policy.
     */
    public Step atMostOnce() {
        return new Step(name, retry, rejections, timeout, true);
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
        return new Step(name, retry, List.copyOf(rejected), timeout, atMostOnce);
    }

    /**
     * Limits the time of each attempt: the engine interrupts the body after {@code limit} and counts the attempt as
     * failed, with a {@link java.util.concurrent.TimeoutException}. A body that ignores the interrupt runs on, and its
     * return value is dropped. Throws {@link IllegalArgumentException} unless {@code limit} is over 0.
     */
    public Step timeout(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("timeout of step " + name + " is " + limit + ": expected more than 0");
        }
        return new Step(name, retry, rejections, limit, atMostOnce);
    }

    /** Returns the name. */
    public String name() {
        return name;
    }

    /** Returns the retry policy: of a step that runs at most once {@link RetryPolicy#never()}. */
    public RetryPolicy retry() {
        return atMostOnce ? RetryPolicy.never() : Objects.requireNonNullElse(retry, RetryPolicy.defaults());
    }

    /** Tells whether the body is called at most once. */
    public boolean isAtMostOnce() {
        return atMostOnce;
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
