package dev.holdfast;

/**
 * The branch of one item. Users write it as a lambda for {@link WorkflowContext#map}, which says more.
 *
 * @param <I> the type of the items
 * @param <T> the type of the values
 */
@FunctionalInterface
public interface ItemBranch<I, T> {
    /** Runs the branch of this item, as {@link Branch#run}. */
    T run(WorkflowContext branch, I item) throws Exception;
}
