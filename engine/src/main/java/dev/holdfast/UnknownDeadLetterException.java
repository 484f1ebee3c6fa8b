package dev.holdfast;

/** Thrown to somebody whose dead-letter id is not known to the store. */
public class UnknownDeadLetterException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine. */
    public UnknownDeadLetterException(String id) {
        super("there is no dead letter with id \"" + id + "\"");
    }
}
