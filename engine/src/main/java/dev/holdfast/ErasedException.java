package dev.holdfast;

/**
 * Thrown to a submitter whose key or id belonged to a workflow that was erased, or was given out so long ago that what
 * was accepted then is not kept any more. Nothing changed; sending it again is useless.
 */
public class ErasedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** {@code what} names the key or id. */
    public ErasedException(String what) {
        super(what + " belonged to a workflow that is gone, and nothing runs under it again:"
                + " use another key or id for new work");
    }
}
