package dev.holdfast.postgres.embedded;

import dev.holdfast.HoldfastException;
import org.jspecify.annotations.Nullable;

/**
 * The embedded PostgreSQL cannot be started, adopted or stopped. The message has the directory, the observation and the
 * remedy, and after a failed start the last lines of the server's log.
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
