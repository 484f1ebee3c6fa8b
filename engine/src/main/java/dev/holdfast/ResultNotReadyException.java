package dev.holdfast;

import dev.holdfast.admin.WorkflowStatus;

/** Thrown to whoever waits for a result when the time is over, or at once when the workflow is parked. */
public class ResultNotReadyException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final WorkflowStatus status;

    /** Made by the engine. */
    public ResultNotReadyException(String id, WorkflowStatus status) {
        super("workflow " + id + " has no result yet, it is " + status + ": ask again later");
        this.status = status;
    }

    /** The state that it was last seen in. */
    public WorkflowStatus status() {
        return status;
    }
}
