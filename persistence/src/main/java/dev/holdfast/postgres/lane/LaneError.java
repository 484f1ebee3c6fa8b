package dev.holdfast.postgres.lane;

import dev.holdfast.postgres.connect.Causes;
import dev.holdfast.postgres.connect.Connector;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** The meanings of the SQLSTATEs that a lane decides by (PostgreSQL, appendix A; WF: functions of this schema). */
final class LaneError {
    private static final String FENCED = "WF021";
    private static final String ENDED_BY_BODY = "WF022";
    private static final String ABORTED = "25P02";
    private static final String UNIQUE = "23505";
    private static final String SCHEMA = "holdfast";
    /** A serialization failure, and a deadlock. */
    private static final Set<String> COLLISIONS = Set.of("40001", "40P01");

    private LaneError() {}

    /** The connection is lost; what was sent last may or may not have taken effect. */
    static boolean isLost(SQLException e) {
        String state = e.getSQLState();
        return state == null || state.startsWith("08") || state.startsWith("57P") || state.equals(Connector.READ_ONLY);
    }

    static boolean isFenced(SQLException e) {
        return FENCED.equals(e.getSQLState());
    }

    static boolean isEndedByBody(SQLException e) {
        return ENDED_BY_BODY.equals(e.getSQLState());
    }

    /** A statement of the transaction had failed before. */
    static boolean isAborted(SQLException e) {
        return ABORTED.equals(e.getSQLState());
    }

    /** Another process has written the record; a deferred constraint of the program has another schema. */
    static boolean isRecordThere(SQLException e) {
        ServerErrorMessage message = e instanceof PSQLException refused ? refused.getServerErrorMessage() : null;
        return UNIQUE.equals(e.getSQLState()) && message != null && SCHEMA.equals(message.getSchema());
    }

    /** Whether another transaction is the reason, so that the same body may succeed at once. */
    static boolean isCollision(Throwable e) {
        return Causes.of(e, SQLException.class)
                .map(SQLException::getSQLState)
                .anyMatch(state -> state != null && COLLISIONS.contains(state));
    }
}
