package dev.holdfast;

import dev.holdfast.admin.WorkflowStatus;

/**
 * Thrown by {@link WorkflowHandle#result} when the time is over before the workflow has ended, and at once when the
 * workflow is parked as a dead letter. The call can be repeated. Unchecked, immutable.
 */
public class ResultNotReadyException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final WorkflowStatus status;

    /** Made by the engine. */
    public ResultNotReadyException(String id, WorkflowStatus status) {
        super("workflow " + id + " has no result yet, it is " + status + ": ask again later");
        this.status = status;
    }

    /** Returns the status that the workflow was last seen in. */
    public WorkflowStatus status() {
        return status;
    }
}
