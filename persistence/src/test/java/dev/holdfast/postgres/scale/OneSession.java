package dev.holdfast.postgres.scale;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Gives the thread that made it the same connection each time, so that its reads can be counted; others a new one. */
final class OneSession implements DataSource, AutoCloseable {
    private final DataSource real;
    private final Thread owner = Thread.currentThread();
    private final Connection kept;

    OneSession(DataSource real) throws SQLException {
        this.real = real;
        this.kept = real.getConnection();
    }

    @Override
    public Connection getConnection() throws SQLException {
        return Thread.currentThread().equals(owner) ? unclosed() : real.getConnection();
    }

    private Connection unclosed() {
        return (Connection) Proxy.newProxyInstance(
                OneSession.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    try {
                        return method.invoke(kept, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("one user only");
    }

    @Override
    public void close() throws SQLException {
        kept.close();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {}

    @Override
    public void setLoginTimeout(int seconds) {}

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return real.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return real.isWrapperFor(type);
    }
}
