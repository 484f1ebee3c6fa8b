package dev.holdfast;

import dev.holdfast.admin.WorkflowStatus;

/**
 * Thrown to an operator whose action is not possible any more, such as the cancel of a workflow that has ended. Nothing
 * changed; a repeated action fails again. Unchecked, immutable.
 */
public class ActionRefusedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final String workflowId;
    private final WorkflowStatus status;

    /**
     * Made by the engine.
     *
     * @param act the verb of the action, such as {@code cancel}
     * @param status the status of the workflow at the decision
     */
    public ActionRefusedException(String act, String workflowId, WorkflowStatus status, String why) {
        super("cannot " + act + " workflow " + workflowId + ", which is " + status + ": " + why);
        this.workflowId = workflowId;
        this.status = status;
    }

    /** Returns the id of the workflow. */
    public String workflowId() {
        return workflowId;
    }

    /** Returns the status of the workflow at the decision. */
    public WorkflowStatus status() {
        return status;
    }
}
