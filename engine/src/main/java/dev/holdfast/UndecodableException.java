package dev.holdfast;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a {@link Codec} whose stored bytes do not fit the type. The engine parks such a workflow as UNDECODABLE.
 * Unchecked, immutable.
 */
public class UndecodableException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** Made by the codec. {@code type} is the type that the value should have. */
    public UndecodableException(TypeToken<?> type, @Nullable Throwable cause) {
        super(
                "a stored value cannot be read as " + type + (cause == null ? "" : ": " + cause.getMessage())
                        + "; bring back a type that can read it, then retry",
                cause);
    }
}
