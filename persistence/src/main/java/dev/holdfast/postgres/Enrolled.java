package dev.holdfast.postgres;

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
final class Enrolled<C extends AutoCloseable> {
    private static final Logger LOG = LoggerFactory.getLogger(Enrolled.class);

    /** Makes what its owner talks through. */
    @FunctionalInterface
    interface Talk<C> {
        C on(Connection connection, Enrolment enrolment) throws SQLException;
    }

    private final DataSource dataSource;
    private final Duration timeout;
    private final Talk<C> talk;
    private Enrolment enrolment;
    private @Nullable C current;

    /** No call on it lasts longer than {@code timeout}. */
    Enrolled(DataSource dataSource, Enrolment none, Duration timeout, Talk<C> talk) {
        this.dataSource = dataSource;
        this.enrolment = none;
        this.timeout = timeout;
        this.talk = talk;
    }

    /** The open one, or the next. */
    C open() throws SQLException {
        C open = current;
        if (open == null) {
            enrolment = enrolment.next();
            open = talk.on(enrolment.open(dataSource, timeout), enrolment);
            current = open;
        }
        return open;
    }

    /** Opens it before there is anything to write: by its backends a process is known to live, or to be gone. */
    void enrol(Outage outage) {
        try {
            open();
        } catch (SQLException e) {
            outage.failed(e);
        }
    }

    /** Of the last one that was opened. */
    Enrolment enrolment() {
        return enrolment;
    }

    /** Gives up the open one, if there is one. */
    void close() {
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
