package dev.holdfast;

/**
 * Thrown to a submitter whose key or id is locked by the open transaction of another session, so that its owner is not
 * known yet, and to the sender of a signal whose key is. Nothing changed; the same can be sent again in a moment.
 * Unchecked, immutable.
 */
public class SubmissionHeldException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the store; {@code what} names the key or id. */
    public SubmissionHeldException(String what) {
        super(what + " is held by an open transaction of another session: send the same again in a moment");
    }
}
