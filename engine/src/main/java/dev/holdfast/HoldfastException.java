package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything that Holdfast throws at its callers. Unchecked, immutable. One subclass for each thing that a
 * caller can do about it; the message says what happened, what was expected, and what to do.
 */
public class HoldfastException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Thrown by Holdfast and its stores; {@code message} says what happened and what to do. */
    public HoldfastException(String message) {
        super(message);
    }

    /** As above, with the failure that led here. */
    public HoldfastException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
