package dev.holdfast;

import dev.holdfast.admin.WorkflowStatus;

/**
 * Thrown to an operator who retries or cancels a workflow that is parked as IN_DOUBT: a step may have had its effect,
 * and a retry would run it again, while a cancel would leave its effect behind. Nothing changed. Look in the system
 * that the step calls, or writes to, then use {@link dev.holdfast.admin.Admin#runAgainAnyway} or
 * {@link dev.holdfast.admin.Admin#discard}. Unchecked, immutable.
 */
public final class StepInDoubtException extends ActionRefusedException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine; {@code act} is the verb of the action. */
    public StepInDoubtException(String act, String workflowId) {
        super(
                act,
                workflowId,
                WorkflowStatus.DEAD_LETTERED,
                "a step may have had its effect; look whether its effect is there, then retry with"
                        + " runAgainAnyway, or discard");
    }
}
