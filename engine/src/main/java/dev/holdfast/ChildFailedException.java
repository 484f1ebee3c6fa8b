package dev.holdfast;

import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import org.jspecify.annotations.Nullable;

/**
 * Thrown to a workflow whose child did not complete: it is FAILED, with the failure of its code, or CANCELLED. The
 * workflow may catch it; sagas undo their steps for it. One that leaves {@link Workflow#run} parks the workflow as
 * NON_RETRYABLE.
 */
public class ChildFailedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final String childId;
    private final WorkflowStatus status;
    private final @Nullable String type;

    /** Made by the engine; {@code failure} is null for a child that was cancelled. */
    public ChildFailedException(String definition, String childId, WorkflowStatus status, @Nullable Failure failure) {
        super("child " + childId + " of \"" + definition + "\" is " + status
                + (failure == null ? "" : ": " + failure.message()));
        this.childId = childId;
        this.status = status;
        this.type = failure == null ? null : failure.type();
    }

    /** Returns the id of the child. */
    public String childId() {
        return childId;
    }

    /** Returns FAILED or CANCELLED. */
    public WorkflowStatus status() {
        return status;
    }

    /** Returns the class of the exception that ended the child; null if it was cancelled. */
    public @Nullable String type() {
        return type;
    }
}
