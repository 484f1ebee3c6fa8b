package dev.holdfast.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** A connection that may write, and the call that it writes by. One thread. */
record WriterConnection(Connection connection, FlushCall call) implements AutoCloseable {
    /** Opens and enrols; no call on it lasts longer than {@code timeout}. */
    static WriterConnection open(DataSource dataSource, Enrolment enrolment, Duration timeout) throws SQLException {
        Connection connection = enrolment.open(dataSource, timeout);
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
