package dev.holdfast;

import dev.holdfast.admin.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The options of a step: {@code Step.named("capture").retry(...).rejects(CardDeclined.class)}. Immutable; may be a
 * constant. Nothing of it but the name is stored, so options may change while workflows run.
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

    /** A step with default options; the name, 1 to 200 characters, is checked on replay and may repeat. */
    public static Step named(String name) {
        Names.requireStep(name);
        return new Step(name, RetryPolicy.defaults(), List.of(), null);
    }

    /** With this policy in place of {@link RetryPolicy#defaults()}. */
    public Step retry(RetryPolicy policy) {
        return new Step(name, policy, rejections, timeout);
    }

    /** Exceptions of these types, and of their subtypes, are final outcomes, like {@link StepRejected}. */
    @SafeVarargs
    public final Step rejects(Class<? extends Throwable>... types) {
        List<Class<? extends Throwable>> rejected = new ArrayList<>();
        for (Class<? extends Throwable> type : types) {
            rejected.add(type);
        }
        return new Step(name, retry, List.copyOf(rejected), timeout);
    }

    /** Interrupts an attempt after this time and counts it as failed; a body deaf to interrupts runs on. */
    public Step timeout(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("timeout of step " + name + " is " + limit + ": expected more than 0");
        }
        return new Step(name, retry, rejections, limit);
    }

    public String name() {
        return name;
    }

    public RetryPolicy retry() {
        return retry;
    }

    public Optional<Duration> timeout() {
        return Optional.ofNullable(timeout);
    }

    /** Whether this failure of the body is its final outcome rather than a failed attempt. */
    public boolean isRejection(Throwable failure) {
        return failure instanceof StepRejected || rejections.stream().anyMatch(type -> type.isInstance(failure));
    }
}
