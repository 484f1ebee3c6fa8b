package dev.holdfast.postgres.fence;

import dev.holdfast.postgres.jdbc.Outage;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of a node that may write, opened when it is needed: each one that replaces another enrols the next
 * generation, so that what is late on the old one is refused. One thread.
 *
 * @param <C> what its owner talks through; closing it closes the connection
 */
public final class FencedConnection<C extends AutoCloseable> {
    private static final Logger LOG = LoggerFactory.getLogger(FencedConnection.class);

    /** Makes what its owner talks through. */
    @FunctionalInterface
    public interface Talk<C> {
        C on(Connection connection, FenceToken token) throws SQLException;
    }

    private final DataSource dataSource;
    private final Duration timeout;
    private final Talk<C> talk;
    private FenceToken token;
    private @Nullable C current;

    /** No call on it lasts longer than {@code timeout}. */
    public FencedConnection(DataSource dataSource, FenceToken none, Duration timeout, Talk<C> talk) {
        this.dataSource = dataSource;
        this.token = none;
        this.timeout = timeout;
        this.talk = talk;
    }

    /** The open one, or the next. */
    public C open() throws SQLException {
        C open = current;
        if (open == null) {
            token = token.next();
            open = talk.on(token.open(dataSource, timeout), token);
            current = open;
        }
        return open;
    }

    /** Opens it before there is anything to write: by its backends a process is known to live, or to be gone. */
    public void enrol(Outage outage) {
        try {
            open();
        } catch (SQLException e) {
            outage.failed(e);
        }
    }

    /** Of the last one that was opened. */
    public FenceToken enrolment() {
        return token;
    }

    /** Gives up the open one, if there is one. */
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
