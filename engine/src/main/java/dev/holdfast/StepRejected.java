package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a step's body to say: this is refused, and that is the outcome. It is recorded as final, never tried again,
 * and reaches the workflow as {@link StepRejectedException}.
 */
public class StepRejected extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** {@code message} is stored and shown; the first 4,000 characters of it. */
    public StepRejected(String message) {
        super(message);
    }

    /** As above, with what led to it; only the message is stored. */
    public StepRejected(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
