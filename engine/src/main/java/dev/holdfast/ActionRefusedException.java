package dev.holdfast;

import dev.holdfast.admin.WorkflowStatus;

/**
 * Thrown to somebody who asked for a decision that is not possible any more, such as to cancel what has ended. Nothing
 * was changed; asking again does not help.
 */
public class ActionRefusedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final String workflowId;
    private final WorkflowStatus status;

    /** {@code act} is what was asked, {@code status} how things stood when it was decided. */
    public ActionRefusedException(String act, String workflowId, WorkflowStatus status, String why) {
        super("cannot " + act + " workflow " + workflowId + ", which is " + status + ": " + why);
        this.workflowId = workflowId;
        this.status = status;
    }

    public String workflowId() {
        return workflowId;
    }

    /** How things stood when it was decided. */
    public WorkflowStatus status() {
        return status;
    }
}
