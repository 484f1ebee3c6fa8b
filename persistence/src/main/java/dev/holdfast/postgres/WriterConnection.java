package dev.holdfast.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/** A connection that may write, and the call that it writes by. One thread. */
record WriterConnection(Connection connection, FlushCall call) implements AutoCloseable {
    static WriterConnection on(Connection connection, Enrolment enrolment) throws SQLException {
        return new WriterConnection(connection, new FlushCall(connection, enrolment));
    }

    FlushCall.Result send(Batch batch, boolean careful) throws SQLException {
        return call.send(batch, careful);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
