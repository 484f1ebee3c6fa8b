package dev.holdfast;

/**
 * Thrown to readers, operators and handles when no workflow has the id: it was never accepted here, or it was deleted.
 * Unchecked, immutable.
 */
public class UnknownWorkflowException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public UnknownWorkflowException(String id) {
        super("there is no workflow with id \"" + id + "\": it was never accepted here, or is gone");
    }
}
