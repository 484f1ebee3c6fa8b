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

    /** The exception with which a start fails after this error of a connection. */
    public static HoldfastException refusal(SQLException e) {
        String what = e instanceof UnusableServerException
                ? "the database cannot be used: "
                : "the database does not answer: ";
        return new HoldfastException(what + e.getMessage(), e);
    }
}
