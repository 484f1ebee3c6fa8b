package dev.holdfast.postgres.lane;

import dev.holdfast.postgres.checkpoint.Reservation;
import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.jdbc.Binder;
import dev.holdfast.postgres.jdbc.CommitConfirmation;
import dev.holdfast.postgres.log.EventCodec;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/** The statements by which a lane begins and ends a transaction. It relies on no session setting. One thread. */
public final class LaneConnection implements AutoCloseable {
    private static final String BEGIN = "select holdfast.begin_step(?, ?, ?, ?, ?, ?)";

    /** One message: nothing comes between the record and its commit. What is deferred is checked before the record. */
    private static final String FINISH = """
            set constraints all immediate;
            select holdfast.finish_step(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::smallint, ?)::text;
            commit""";

    private static final String CURRENT = "select pg_catalog.pg_current_xact_id()::text";
    private static final String STATUS = "select pg_catalog.pg_xact_status(?::pg_catalog.xid8)";
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(5);

    private final Connection connection;
    private final FenceToken token;
    private final BodyHandles handles = new BodyHandles();
    private Duration patience = Duration.ZERO;

    public LaneConnection(Connection connection, FenceToken token) {
        this.connection = connection;
        this.token = token;
    }

    Connection connection() {
        return connection;
    }

    BodyHandles handles() {
        return handles;
    }

    /**
     * Begins; returns the id of the transaction. The database ends a body that runs for longer than {@code limit}. No
     * other call lasts longer than {@code lease}.
     */
    String begin(String isolation, Duration limit, Duration lease) throws SQLException {
        patience = lease;
        timeout(patience);
        connection.setAutoCommit(false);
        // The level is first in the transaction, because a later statement could not change it.
        String sql = "set transaction isolation level " + isolation + ", read write; " + BEGIN;
        String xid;
        try (PreparedStatement begin = connection.prepareStatement(sql)) {
            new Binder(connection, begin)
                    .add(token.incarnation().id())
                    .add(token.connection())
                    .add(token.generation())
                    .add(millis(limit))
                    // Later than this side gives up: then nobody is here who would end it.
                    .add(millis(limit.plus(lease).plus(lease)))
                    .add(millis(LOCK_TIMEOUT));
            begin.execute();
            begin.getMoreResults();
            xid = only(begin.getResultSet());
        }
        timeout(limit.plus(patience));
        return xid;
    }

    /** Records the outcome and commits. Throws as {@link CommitConfirmation#require}. */
    void finish(String xid, Reservation reservation, Outcome outcome) throws SQLException {
        timeout(patience);
        try (PreparedStatement finish = connection.prepareStatement(FINISH)) {
            new Binder(connection, finish)
                    .add(token.incarnation().id())
                    .add(token.connection())
                    .add(token.generation())
                    .add(token.incarnation().number())
                    .addText(xid)
                    .add(reservation.key().bucket())
                    .add(reservation.key().era())
                    .add(reservation.key().uid())
                    .add(reservation.seq())
                    .add(reservation.recordId())
                    .add(outcome.position().index())
                    .add(outcome.attempt())
                    .addText(EventCodec.branch(outcome.position()))
                    .add(outcome.state().code())
                    .add(outcome.value());
            finish.execute();
            CommitConfirmation.require(finish.getWarnings());
        }
        connection.setAutoCommit(true);
    }

    /** Rolls back; returns whether the body had ended the transaction by itself. */
    boolean rollback(String xid) throws SQLException {
        timeout(patience);
        TransactionState state = connection.unwrap(BaseConnection.class).getTransactionState();
        boolean ended = state == TransactionState.IDLE;
        if (state == TransactionState.OPEN) {
            try (Statement current = connection.createStatement()) {
                ended = !xid.equals(only(current.executeQuery(CURRENT)));
            }
        }
        connection.rollback();
        connection.setAutoCommit(true);
        if (state == TransactionState.FAILED) { // nothing could be asked in it
            try (PreparedStatement status = connection.prepareStatement(STATUS)) {
                status.setString(1, xid);
                ended = "committed".equals(only(status.executeQuery()));
            }
        }
        return ended;
    }

    private static String only(ResultSet result) throws SQLException {
        try (result) {
            result.next();
            return String.valueOf(result.getString(1));
        }
    }

    private static int millis(Duration time) {
        return Math.toIntExact(Math.min(time.toMillis(), Integer.MAX_VALUE));
    }

    /** No call lasts longer. */
    private void timeout(Duration time) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, millis(time));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
