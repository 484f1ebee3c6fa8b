package dev.holdfast;

/**
 * A block of steps that are undone together. Written by users for {@link WorkflowContext#saga}, called on the
 * workflow's own thread; what it may throw stands there.
 */
@FunctionalInterface
public interface SagaBody<T> {
    /** Runs the steps; plain {@code ctx.step} calls may be mixed in. */
    T run(Saga saga);
}
