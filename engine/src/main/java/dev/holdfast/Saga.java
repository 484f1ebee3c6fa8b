package dev.holdfast;

/** Steps that know how to be undone. Given to a {@link SagaBody}; used by the workflow's thread only. */
public interface Saga {
    /** A step with the default retry policy, and the action that undoes it, recorded as step {@code undo-<name>}. */
    <T> T step(String name, Class<T> type, StepBody<T> body, Undo<T> undo);

    /** As above, with options; the undo action keeps the same retry policy. */
    <T> T step(Step step, Class<T> type, StepBody<T> body, Undo<T> undo);

    /** As above, for a value with type arguments. */
    <T> T step(Step step, TypeToken<T> type, StepBody<T> body, Undo<T> undo);

    /**
     * Undoes a step. Called by the engine as the body of a step of its own, with an idempotency key of its own; when it
     * fails for good the workflow is parked with cause COMPENSATION_FAILED.
     */
    @FunctionalInterface
    interface Undo<T> {
        /** Undoes what the step did that returned {@code outcome}. */
        void run(StepScope step, T outcome) throws Exception;
    }
}
