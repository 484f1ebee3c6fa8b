package dev.holdfast;

/** Thrown to a reader whose workflow id is not known to the store. */
public class UnknownWorkflowException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public UnknownWorkflowException(String id) {
        super("there is no workflow with id \"" + id + "\": it was never accepted here, or is gone");
    }
}
