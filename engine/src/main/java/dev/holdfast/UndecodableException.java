package dev.holdfast;

import org.jspecify.annotations.Nullable;

/** Thrown by a codec whose stored bytes do not fit the type; the engine parks that workflow as UNDECODABLE. */
public class UndecodableException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    /** {@code what} could not be read as {@code type}. */
    public UndecodableException(TypeToken<?> type, @Nullable Throwable cause) {
        super(
                "a stored value cannot be read as " + type + (cause == null ? "" : ": " + cause.getMessage())
                        + "; bring back a type that can read it, then retry",
                cause);
    }
}
