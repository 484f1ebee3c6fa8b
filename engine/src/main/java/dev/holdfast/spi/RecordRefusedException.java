package dev.holdfast.spi;

import dev.holdfast.HoldfastException;

/** Thrown by the store to the engine for a write that the store can never take. Nothing of it was written. */
public final class RecordRefusedException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Called by stores. */
    public RecordRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
