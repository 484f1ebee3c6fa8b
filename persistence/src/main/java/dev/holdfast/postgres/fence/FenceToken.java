package dev.holdfast.postgres.fence;

import dev.holdfast.postgres.jdbc.Binder;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jdbi.v3.core.JdbiException;

/**
 * The key of a row in holdfast.fence, which lets a connection write for an incarnation. A token of the next generation
 * supersedes this one for ever. Made by {@link FencedConnection}. Immutable.
 *
 * @param connection the number of the connection within the node, from 0
 * @param generation counts the connections opened under this number, from 1; 0 before the first
 * @param own whether the backend serves this connection alone; false behind a pooler
 */
public record FenceToken(Incarnation incarnation, int connection, int generation, boolean own) {
    public static FenceToken none(Incarnation incarnation, int connection, boolean own) {
        return new FenceToken(incarnation, connection, 0, own);
    }

    FenceToken next() {
        return new FenceToken(incarnation, connection, generation + 1, own);
    }

    /** Binds three parameters: incarnation, connection, generation. */
    public void bind(Binder binder) throws SQLException {
        binder.add(incarnation.id()).add(connection).add(generation);
    }

    /**
     * Opens a connection and enrols it; no call on it lasts longer than {@code timeout}. The connection of a pruned
     * incarnation also opens, but its batches are refused.
     */
    public Connection open(DataSource dataSource, Duration timeout) throws SQLException {
        Connection opened = dataSource.getConnection();
        try {
            opened.setAutoCommit(true);
            opened.setNetworkTimeout(Runnable::run, Math.toIntExact(timeout.toMillis()));
            JdbiFactory.on(opened).useTransaction(tx -> {
                FenceSql fence = tx.attach(FenceSql.class);
                fence.holdOffPruning();
                fence.enrol(incarnation.id(), connection, generation, own);
            });
            return opened;
        } catch (SQLException e) {
            opened.close();
            throw e;
        } catch (JdbiException e) {
            opened.close();
            throw e.getCause() instanceof SQLException sql ? sql : new SQLException(e);
        }
    }
}
