package dev.holdfast;

/**
 * The side effect of a step. Called by the engine on the workflow's thread, at least once: after a crash before its
 * outcome was recorded it is called again with the same idempotency key. What it throws counts as a failed attempt,
 * {@link StepRejected} as its final outcome.
 */
@FunctionalInterface
public interface StepBody<T> {
    /** Does it; the value is recorded and handed to the workflow. */
    T run(StepScope step) throws Exception;
}
