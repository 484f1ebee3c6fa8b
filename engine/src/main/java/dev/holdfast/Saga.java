package dev.holdfast;

/**
 * A block of steps that are undone together. The engine passes it to a {@link SagaBody}. Not thread-safe: only the
 * thread of the workflow may call it.
 *
 * <pre>{@code
 * String payment = ctx.saga(saga -> {
 *     saga.step(
 *             "reserve",
 *             String.class,
 *             step -> stock.reserve(order, step.idempotencyKey()),
 *             (step, reservation) -> stock.release(reservation, step.idempotencyKey()));
 *     return saga.step(
 *             "charge",
 *             String.class,
 *             step -> bank.charge(order, step.idempotencyKey()),
 *             (step, charged) -> bank.refund(charged, step.idempotencyKey()));
 * });
 * }</pre>
 *
 * <p>{@link WorkflowContext#saga} says which exceptions undo.
 */
public interface Saga {
    /**
     * Runs a step with the default retry policy, and remembers the action that undoes it once it has succeeded. The
     * action runs as a step named {@code undo-<name>}, cut to 200 characters. Throws {@link StepRejectedException}.
     */
    <T> T step(String name, Class<T> type, StepBody<T> body, Undo<T> undo);

    /** Runs a step with options. The undo action has the same retry policy, but neither timeout nor rejections. */
    <T> T step(Step step, Class<T> type, StepBody<T> body, Undo<T> undo);

    /** Runs a step whose value has type arguments. */
    <T> T step(String name, TypeToken<T> type, StepBody<T> body, Undo<T> undo);

    /** Runs a step with options whose value has type arguments. */
    <T> T step(Step step, TypeToken<T> type, StepBody<T> body, Undo<T> undo);

    /** Runs a step without a value, and remembers the action that undoes it, as {@link #step} does. */
    void run(String name, StepAction body, StepAction undo);

    /** Runs a step without a value, with options. */
    void run(Step step, StepAction body, StepAction undo);

    /**
     * Undoes a step. The engine calls it like a {@link StepBody}, as a step of its own with an idempotency key of its
     * own. A failure for good, {@link StepRejected} included, parks the workflow as COMPENSATION_FAILED.
     *
     * @param <T> the type of the value of the step
     */
    @FunctionalInterface
    interface Undo<T> {
        /** Undoes the effect of the step that returned {@code outcome}. */
        void run(StepScope step, T outcome) throws Exception;
    }
}
