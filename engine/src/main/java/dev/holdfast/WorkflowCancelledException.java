package dev.holdfast;

/** Thrown by {@link WorkflowHandle#result} when the workflow ended as CANCELLED. Unchecked, immutable. */
public class WorkflowCancelledException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public WorkflowCancelledException(String id) {
        super("workflow " + id + " was cancelled: it has no result");
    }
}
