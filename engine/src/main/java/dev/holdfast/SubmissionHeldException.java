package dev.holdfast;

/**
 * Thrown to a submitter whose key or id is held by somebody's open transaction, so that nobody can say yet whose it is.
 * Sending the same again later is right.
 */
public class SubmissionHeldException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** {@code what} names the key or id. */
    public SubmissionHeldException(String what) {
        super(what + " is held by an open transaction of another session: send the same again in a moment");
    }
}
