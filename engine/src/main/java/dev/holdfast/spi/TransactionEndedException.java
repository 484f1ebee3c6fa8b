package dev.holdfast.spi;

import dev.holdfast.HoldfastException;

/**
 * Thrown by the store to the engine for a body that committed or rolled back its transaction by itself. It is unknown
 * what of it took effect, and its outcome was not recorded.
 */
public final class TransactionEndedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Called by stores. */
    public TransactionEndedException() {
        super("the body ended its transaction by itself, so it is unknown which of its writes took effect: remove"
                + " COMMIT and ROLLBACK from its SQL and the procedures that it calls, look at its writes, then retry"
                + " or discard");
    }
}
