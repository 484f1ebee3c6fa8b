package dev.holdfast.postgres.jdbc;

import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What is told of an error of the database. The detail of a violated constraint has the values of the row, and the
 * context of any error what was being read: both may be somebody's payload.
 */
public final class ServerError {
    private static final String CONSTRAINT_VIOLATED = "23";

    private ServerError() {}

    /** The same without them; an error that is not the server's as it is. */
    public static Exception withoutValues(Exception e) {
        ServerErrorMessage said = e instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        if (said == null) {
            return e;
        }
        String state = String.valueOf(said.getSQLState());
        String detail =
                said.getDetail() == null || state.startsWith(CONSTRAINT_VIOLATED) ? "" : ": " + said.getDetail();
        return new SQLException(said.getMessage() + detail, state);
    }
}
