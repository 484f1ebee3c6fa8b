package dev.holdfast;

/**
 * The side effect of a step, such as a call of another system. Users write it as a lambda; the engine calls it on the
 * thread of the workflow.
 *
 * <p>The engine calls a body at least once: after a failed attempt, and after a crash before its outcome was recorded,
 * it calls the body again with the same idempotency key. {@link StepRejected}, and the types that the step
 * {@linkplain Step#rejects rejects}, are the final outcome; any other exception is a failed attempt. The engine
 * interrupts the body at its timeout, at the loss of ownership, and at shutdown after the grace period.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface StepBody<T> {
    /** Performs the side effect. The engine records the value and returns it to the workflow. */
    T run(StepScope step) throws Exception;
}
