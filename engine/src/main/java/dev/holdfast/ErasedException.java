package dev.holdfast;

/**
 * Thrown to a submitter whose key or id belonged to a workflow that was erased, or whose generated id is so old that
 * its records are no longer kept. Nothing changed; a repeated submission fails again. Unchecked, immutable.
 */
public class ErasedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the store; {@code what} names the key or id. */
    public ErasedException(String what) {
        super(what + " belonged to a workflow that is gone, and nothing runs under it again:"
                + " use another key or id for new work");
    }
}
