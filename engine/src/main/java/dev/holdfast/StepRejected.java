package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a step's body to say that the external system refused, and that this is the outcome. The engine records it
 * as final, does not try again, and throws {@link StepRejectedException} into the workflow. Unchecked, immutable.
 */
public class StepRejected extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by a step's body. The first 4,000 characters of {@code message} are stored and shown. */
    public StepRejected(String message) {
        super(message);
    }

    /** Made by a step's body, with a cause. The cause is not stored. */
    public StepRejected(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
