package dev.holdfast.postgres.embedded;

import dev.holdfast.HoldfastException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when the embedded PostgreSQL cannot be started, joined or stopped. The message says in which directory, what
 * was found and what to do; of a failed start it holds the last lines of the server's log.
 */
public final class EmbeddedServerException extends HoldfastException {
    private static final long serialVersionUID = 1L;

    EmbeddedServerException(String message) {
        super(message);
    }

    EmbeddedServerException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
