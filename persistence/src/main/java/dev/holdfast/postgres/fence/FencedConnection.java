package dev.holdfast.postgres.fence;

import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.jdbc.Outage.Access;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that may write for an incarnation, opened on demand. Each replacement enrols the next generation, so
 * that late messages on the old connection are refused. Used by writers. One thread.
 *
 * @param <C> the object that makes calls on the connection; closing it closes the connection
 */
public final class FencedConnection<C extends AutoCloseable> {
    private static final Logger LOG = LoggerFactory.getLogger(FencedConnection.class);

    /** Wraps an opened connection. */
    @FunctionalInterface
    public interface Wrapper<C> {
        C on(Connection connection, FenceToken token) throws SQLException;
    }

    private final DataSource dataSource;
    private final Duration lease;
    private final Wrapper<C> wrapper;
    private FenceToken token;
    private @Nullable C current;

    /** No call on it lasts longer than the lease. */
    public FencedConnection(DataSource dataSource, FenceToken none, Duration lease, Wrapper<C> wrapper) {
        this.dataSource = dataSource;
        this.token = none;
        this.lease = lease;
        this.wrapper = wrapper;
    }

    /** The open connection, or a new one. */
    public C open() throws SQLException {
        C open = current;
        if (open == null) {
            token = token.next();
            open = wrapper.on(token.open(dataSource, lease), token);
            current = open;
        }
        return open;
    }

    /** Opens the connection before the first write, because its backend shows other nodes that this process lives. */
    public void enrol(Outage outage) {
        try {
            open();
        } catch (SQLException e) {
            outage.failed(Access.WRITES, e);
        }
    }

    /** The token of the connection that was opened last. */
    public FenceToken token() {
        return token;
    }

    /** The lease; no call lasts longer. */
    public Duration lease() {
        return lease;
    }

    /** Closes the open connection, if there is one. */
    public void close() {
        C open = current;
        current = null;
        if (open != null) {
            try {
                open.close();
            } catch (Exception e) {
                LOG.debug("a broken connection did not close", e);
            }
        }
    }
}
