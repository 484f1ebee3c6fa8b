package dev.holdfast.spi;

import dev.holdfast.HoldfastException;

/**
 * Thrown by the store to the engine when this process may not write the workflow any more. Its execution must stop, and
 * drop the outcomes of its bodies.
 */
public final class OwnershipLostException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Called by stores. */
    public OwnershipLostException(String message) {
        super(message);
    }
}
