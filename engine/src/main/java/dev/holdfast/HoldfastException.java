package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Root of the exceptions that Holdfast throws to its callers. Unchecked, immutable. Each subclass stands for one
 * reaction of a caller; the message says what happened, what was expected and what to do.
 */
public class HoldfastException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Made by Holdfast and its stores; {@code message} says what happened and what to do. */
    public HoldfastException(String message) {
        super(message);
    }

    /** Made like the above, with the failure that led here. */
    public HoldfastException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
