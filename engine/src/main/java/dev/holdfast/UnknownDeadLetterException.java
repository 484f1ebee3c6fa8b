package dev.holdfast;

/** Thrown to operators when no dead letter has the id. Unchecked, immutable. */
public class UnknownDeadLetterException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public UnknownDeadLetterException(String id) {
        super("there is no dead letter with id \"" + id + "\"");
    }
}
