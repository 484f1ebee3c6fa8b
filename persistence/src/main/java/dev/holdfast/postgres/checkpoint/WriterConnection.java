package dev.holdfast.postgres.checkpoint;

import dev.holdfast.postgres.fence.FenceToken;
import java.sql.Connection;
import java.sql.SQLException;

/** A connection that may write, and the call that it writes by. One thread. */
public record WriterConnection(Connection connection, FlushCall call) implements AutoCloseable {
    static WriterConnection on(Connection connection, FenceToken token) throws SQLException {
        return new WriterConnection(connection, new FlushCall(connection, token));
    }

    public FlushCall.Result send(Batch batch, boolean careful) throws SQLException {
        return call.send(batch, careful);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
