package dev.holdfast;

/**
 * Thrown when a payload is over its limit: to a submitter for the input, and inside the workflow for the value of a
 * step or the result, which parks it as NON_RETRYABLE. Nothing was written. Unchecked, immutable.
 */
public class TooLargeException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the engine: {@code what} has {@code bytes}, and the limit in bytes is {@code limit}. */
    public TooLargeException(String what, long bytes, long limit) {
        super(what + " has " + bytes + " bytes: the limit is " + limit
                + "; keep large data elsewhere and pass a reference");
    }
}
