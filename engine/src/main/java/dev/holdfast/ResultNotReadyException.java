package dev.holdfast;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;

/**
 * Thrown by {@link WorkflowHandle#result} when the time is over before the workflow has ended, and at once when the
 * workflow is parked as a dead letter. The call can be repeated. Unchecked, immutable.
 */
public class ResultNotReadyException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final WorkflowStatus status;

    /** Made by the engine. */
    public ResultNotReadyException(String id, WorkflowStatus status) {
        this(status, "workflow " + id + " has no result yet, it is " + status + ": ask again later");
    }

    private ResultNotReadyException(WorkflowStatus status, String message) {
        super(message);
        this.status = status;
    }

    /** Made by the engine for a workflow with an open dead letter. */
    public static ResultNotReadyException parked(WorkflowSummary workflow) {
        String error = workflow.lastError()
                .map(failure -> " by " + failure.type() + ": " + failure.message())
                .orElse("");
        return new ResultNotReadyException(
                workflow.status(),
                "workflow " + workflow.id() + " is parked as dead letter "
                        + workflow.deadLetter().orElse("") + error
                        + "; it continues when an operator has fixed the cause and retries the dead letter");
    }

    /** Returns the status that the workflow was last seen in. */
    public WorkflowStatus status() {
        return status;
    }
}
