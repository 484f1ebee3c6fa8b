package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Says that a workflow failed. {@link Workflow#run} throws it to end as FAILED, which undoes the saga blocks that it
 * leaves; {@link WorkflowHandle#result} throws it to callers who wait for such a workflow. Unchecked, immutable.
 */
public class WorkflowFailedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by workflow code. The first 4,000 characters of {@code message} are stored as the error of the workflow. */
    public WorkflowFailedException(String message) {
        super(message);
    }

    /** Made by workflow code, with a cause. The cause is not stored. */
    public WorkflowFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
