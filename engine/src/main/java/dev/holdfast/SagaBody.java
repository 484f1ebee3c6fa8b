package dev.holdfast;

/**
 * The steps of a saga block. Users write it as a lambda for {@link WorkflowContext#saga}; the engine calls it on the
 * thread of the workflow, on every replay. {@link WorkflowContext#saga} says which exceptions undo.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface SagaBody<T> {
    /**
     * Runs the steps and returns a value to the workflow. It may also call {@code ctx.step}, for steps without undo.
     */
    T run(Saga saga);
}
