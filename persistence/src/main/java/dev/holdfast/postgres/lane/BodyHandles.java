package dev.holdfast.postgres.lane;

import java.sql.Connection;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;
import org.jspecify.annotations.Nullable;

/** Opens handles for the bodies of one lane: setting JDBI up takes longer than a transaction. One thread at a time. */
final class BodyHandles implements ConnectionFactory {
    private final Jdbi jdbi =
            Jdbi.create(this).installPlugin(new SqlObjectPlugin()).installPlugin(new PostgresPlugin());
    private @Nullable Connection next;

    /** A handle on this connection, which stays open when the handle is closed. */
    Handle on(Connection connection) {
        next = connection;
        return jdbi.open();
    }

    @Override
    public Connection openConnection() {
        Connection opened = next;
        if (opened == null) {
            throw new IllegalStateException("a lane opens handles for its bodies only");
        }
        return opened;
    }

    @Override
    public void closeConnection(Connection connection) {
        next = null; // the lane keeps the connection itself
    }
}
