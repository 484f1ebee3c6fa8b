package dev.holdfast.postgres.connect;

import dev.holdfast.HoldfastException;
import java.sql.SQLException;

/** No connection could be opened for a known reason; the message says what to do. */
public final class UnusableServerException extends SQLException {
    private static final long serialVersionUID = 1L;

    private static final String UNREACHABLE = "08001";

    UnusableServerException(String message, SQLException cause) {
        super(message, UNREACHABLE, cause);
    }

    /** The exception with which a start fails after this error of a connection or a statement. */
    public static HoldfastException refusal(Exception e) {
        if (e instanceof UnusableServerException) {
            return new HoldfastException("the database cannot be used: " + e.getMessage(), e);
        }
        return ServerRefusal.of(e)
                .map(refusal -> new HoldfastException("the database refuses this node: " + refusal.reason(), e))
                .orElseGet(() -> new HoldfastException("the database does not answer: " + e.getMessage(), e));
    }
}
