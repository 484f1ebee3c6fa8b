package dev.holdfast.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/**
 * A connection that may write for an incarnation: enrolled in the fence under a number and a generation. Whoever enrols
 * a higher generation of the same number shuts this one out for ever. One thread.
 */
final class WriterConnection implements AutoCloseable {
    private final Connection connection;
    private final FlushCall call;

    private WriterConnection(Connection connection, FlushCall call) {
        this.connection = connection;
        this.call = call;
    }

    /** Opens and enrols; no call on it lasts longer than {@code timeout}. */
    static WriterConnection open(
            DataSource dataSource, Incarnation incarnation, int number, int generation, Duration timeout)
            throws SQLException {
        Connection connection = dataSource.getConnection();
        try {
            connection.setAutoCommit(true);
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timeout.toMillis()));
            Sql.on(connection).useExtension(FenceSql.class, fence -> fence.enrol(incarnation.id(), number, generation));
            return new WriterConnection(connection, new FlushCall(connection, incarnation, number, generation));
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    FlushCall.Result send(Batch batch, boolean careful) throws SQLException {
        return call.send(batch, careful);
    }

    Connection connection() {
        return connection;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
