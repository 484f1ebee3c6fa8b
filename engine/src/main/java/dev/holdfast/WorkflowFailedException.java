package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * A workflow's own word that it failed: thrown by {@link Workflow#run} to end as FAILED, and by
 * {@link WorkflowHandle#result} to whoever waits for such a workflow.
 */
public class WorkflowFailedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** {@code message} is stored as the workflow's error; the first 4,000 characters of it. */
    public WorkflowFailedException(String message) {
        super(message);
    }

    /** As above; of the cause only the logs know. */
    public WorkflowFailedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
