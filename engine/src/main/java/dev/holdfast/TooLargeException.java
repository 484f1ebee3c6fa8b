package dev.holdfast;

/** Thrown when a payload is over its limit: to a submitter, or inside a step whose value is. Nothing was written. */
public class TooLargeException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** {@code what} has {@code bytes}, more than {@code limit}. */
    public TooLargeException(String what, long bytes, long limit) {
        super(what + " has " + bytes + " bytes: the limit is " + limit
                + "; keep large data elsewhere and pass a reference");
    }
}
