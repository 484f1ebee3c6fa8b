package dev.holdfast;

/** Thrown to whoever waits for the result of a workflow that was cancelled. */
public class WorkflowCancelledException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public WorkflowCancelledException(String id) {
        super("workflow " + id + " was cancelled: it has no result");
    }
}
