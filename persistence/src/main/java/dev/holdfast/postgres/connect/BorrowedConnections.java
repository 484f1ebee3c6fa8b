package dev.holdfast.postgres.connect;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a DataSource that belongs to the program, which may pool them. A connection comes from here in
 * autocommit mode, as all statements of a node expect, and goes back as it came: without an open transaction, and with
 * its own autocommit mode and network timeout. Code that changes a setting of the session restores it. Safe for all
 * threads.
 */
public final class BorrowedConnections implements DataSource {
    private final DataSource lender;

    public BorrowedConnections(DataSource lender) {
        this.lender = lender;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return borrowed(lender.getConnection());
    }

    @Override
    public Connection getConnection(@Nullable String user, @Nullable String password) throws SQLException {
        return borrowed(lender.getConnection(user, password));
    }

    private static Connection borrowed(Connection connection) throws SQLException {
        try {
            boolean autoCommit = connection.getAutoCommit();
            Loan loan = new Loan(connection, autoCommit, connection.getNetworkTimeout());
            if (!autoCommit) {
                connection.setAutoCommit(true);
            }
            return (Connection) Proxy.newProxyInstance(
                    BorrowedConnections.class.getClassLoader(), new Class<?>[] {Connection.class}, loan::call);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection, and how it was when it was borrowed. */
    private record Loan(Connection connection, boolean autoCommit, int networkTimeoutMillis) {
        @Nullable
        Object call(Object proxy, Method method, Object @Nullable [] arguments) throws Exception {
            if (method.getName().equals("close")) {
                giveBack();
                return null;
            }
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
                throw e.getTargetException() instanceof Exception failure ? failure : e;
            }
        }

        private void giveBack() throws SQLException {
            try (connection) {
                if (connection.isClosed()) {
                    return;
                }
                if (!connection.getAutoCommit()) {
                    connection.rollback();
                }
                if (connection.getAutoCommit() != autoCommit) {
                    connection.setAutoCommit(autoCommit);
                }
                if (connection.getNetworkTimeout() != networkTimeoutMillis) {
                    connection.setNetworkTimeout(Runnable::run, networkTimeoutMillis);
                }
            }
        }
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(lender) ? type.cast(lender) : lender.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(lender) || lender.isWrapperFor(type);
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return lender.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        lender.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        lender.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return lender.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return lender.getParentLogger();
    }
}
