package dev.holdfast;

import dev.holdfast.admin.WorkflowStatus;

/** Thrown to callers of {@link Holdfast#signal} whose workflow has ended. Nothing was kept. Unchecked, immutable. */
public class WorkflowEndedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final String workflowId;
    private final WorkflowStatus status;

    /** Made by the engine. */
    public WorkflowEndedException(String workflowId, WorkflowStatus status) {
        super("workflow " + workflowId + " has ended as " + status + ", so it takes no signal any more; submit a new"
                + " workflow if there is more to do");
        this.workflowId = workflowId;
        this.status = status;
    }

    /** Returns the id of the workflow. */
    public String workflowId() {
        return workflowId;
    }

    /** Returns how the workflow has ended. */
    public WorkflowStatus status() {
        return status;
    }
}
