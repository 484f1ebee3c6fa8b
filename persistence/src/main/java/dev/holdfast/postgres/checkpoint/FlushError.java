package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.connect.Connector;
import dev.holdfast.postgres.connect.ServerRefusal;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The meaning of an error of a flush for its batch. */
enum FlushError {
    /** A row was there already: send it again carefully. */
    CONFLICT,
    /** Rolled back because of the data: the batch contains a value that the database can never store. */
    DATA,
    /** Rolled back because an era has no tables: they are created before long, see {@code EraTables}. */
    NO_ERA,
    /** Rolled back because the server refuses the call whatever is in it, until somebody changes that. */
    REFUSED,
    /** Rolled back for a reason that passes: send the batch again. */
    AGAIN,
    /**
     * Rolled back by an error of the server, which may concern one row only: other workflows must not wait until it
     * passes.
     */
    UNCLEAR,
    /** The connection ended, or its server takes no writes any more; the batch may or may not be committed. */
    UNKNOWN;

    private static final String CHECK_VIOLATION = "23514";

    /**
     * Classifies by SQLSTATE (PostgreSQL, appendix A). DATA is only for errors that nothing but the data can cause,
     * because a wrong DATA would stop a workflow during an outage. A row without a partition has the state of a
     * violated check, and no constraint.
     */
    static FlushError of(SQLException e) {
        String state = e.getSQLState();
        if (state == null || state.startsWith("08") || state.startsWith("57P") || state.equals(Connector.READ_ONLY)) {
            return UNKNOWN;
        }
        if (state.equals("23505")) {
            return CONFLICT;
        }
        if (ServerRefusal.of(e).isPresent()) {
            return REFUSED;
        }
        if (state.equals(CHECK_VIOLATION) && constraint(e) == null) {
            return NO_ERA;
        }
        if (state.startsWith("XX") || state.startsWith("P0")) {
            return UNCLEAR;
        }
        boolean data = state.startsWith("22") || state.startsWith("23") || state.startsWith("54");
        return data ? DATA : AGAIN;
    }

    private static @Nullable String constraint(SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        return message == null ? null : message.getConstraint();
    }
}
