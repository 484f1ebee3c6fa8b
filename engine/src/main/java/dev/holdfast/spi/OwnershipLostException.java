package dev.holdfast.spi;

import dev.holdfast.HoldfastException;

/**
 * Thrown by the store to the engine: this process may not write the workflow any more: stop, drop what its bodies still
 * return, never go on.
 */
public final class OwnershipLostException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the store. */
    public OwnershipLostException(String message) {
        super(message);
    }
}
