package dev.holdfast.postgres.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.transaction.TransactionException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLWarning;
import org.postgresql.util.ServerErrorMessage;

/**
 * Ensures that every commit that is promised to a caller is as durable as the server is configured to make it. A server
 * whose wait for a standby is cancelled still commits, and only warns. Stateless.
 */
public final class CommitConfirmation {
    /** SQLSTATE of the SQL standard: it is unknown whether the transaction is committed. */
    private static final String UNKNOWN = "08007";

    /**
     * The server's function that waits for standbys, and warns when that wait is cancelled (PostgreSQL, syncrep.c).
     * Each message contains the name of its function; unlike the text, the name is not translated.
     */
    private static final String WAIT_FOR_STANDBY = "SyncRepWaitForLSN";

    /** Makes this transaction's commit wait until everything that the transaction has seen is durable. */
    private static final String CONFIRM_EARLIER = "select holdfast.confirm_earlier()::text";

    private CommitConfirmation() {}

    /** Throws an exception with SQLSTATE 08007 if one of these warnings says that the commit did not wait. */
    public static void require(@Nullable SQLWarning first) throws SQLException {
        for (SQLWarning warning = first; warning != null; warning = warning.getNextWarning()) {
            ServerErrorMessage message = warning instanceof PSQLWarning psql ? psql.getServerErrorMessage() : null;
            if (message != null && WAIT_FOR_STANDBY.equals(message.getRoutine())) {
                throw new SQLException(
                        "the commit was not confirmed by the standby: a failover could lose it", UNKNOWN);
            }
        }
    }

    /** Waits until everything that was visible before is durable. Throws as {@link #require}. */
    public static void awaitEarlier(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CONFIRM_EARLIER);
            require(statement.getWarnings());
        }
    }

    /**
     * Runs statements in a transaction that is durable when this returns, also if they found that an earlier call had
     * changed everything already. Throws {@link org.jdbi.v3.core.JdbiException} if the database fails or the commit was
     * not confirmed; then it is unknown whether the changes will last.
     */
    public static <T> T transaction(Jdbi jdbi, Function<Handle, T> statements) {
        return jdbi.withHandle(handle -> {
            T result = handle.inTransaction(tx -> {
                tx.execute(CONFIRM_EARLIER);
                return statements.apply(tx);
            });
            try {
                require(handle.getConnection().getWarnings());
            } catch (SQLException e) {
                throw new TransactionException("commit not confirmed", e);
            }
            return result;
        });
    }
}
