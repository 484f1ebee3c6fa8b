package dev.holdfast.postgres.jdbc;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Errors of the database without payloads. The detail of a violated constraint contains the values of the row, and the
 * context of any error may contain the value being read. Stateless.
 */
public final class ServerError {
    private static final String CONSTRAINT_VIOLATED = "23";

    private ServerError() {}

    /** Returns the error without detail and context that may contain values; returns a driver's own error unchanged. */
    public static Exception withoutValues(Exception e) {
        ServerErrorMessage message = e instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        if (message == null) {
            return e;
        }
        String state = String.valueOf(message.getSQLState());
        String detail =
                message.getDetail() == null || state.startsWith(CONSTRAINT_VIOLATED) ? "" : ": " + message.getDetail();
        return new SQLException(message.getMessage() + detail, state);
    }
}
