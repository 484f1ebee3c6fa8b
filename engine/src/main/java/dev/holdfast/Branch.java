package dev.holdfast;

/**
 * One of several branches that run at the same time. Users write it as a lambda for {@link WorkflowContext#all} or
 * {@link WorkflowContext#race}; the engine calls it on a virtual thread of its own, on every replay.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface Branch<T> {
    /**
     * Runs the branch. It gives its commands to {@code branch}: the context of the code around it belongs to another
     * thread, and throws.
     */
    T run(WorkflowContext branch) throws Exception;
}
