package dev.holdfast.postgres.schema;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Bounds the time that a migration waits for a lock, and finds the sessions that hold it. All later sessions queue
 * behind a session that waits for a strong lock, so a migration in a transaction gives up soon and is tried again. A
 * migration outside of a transaction builds an index concurrently; its locks block no reader and no writer. Called by
 * Flyway on its thread; a second thread polls for the holders.
 */
final class MigrationLocks implements Callback, AutoCloseable {
    /** Shorter than the lock timeout of a submission under a key, which would report the key as held. */
    private static final Duration FIRST_TIMEOUT = Duration.ofMillis(30);
    /** Where commits are slow, running transactions hold their locks for longer than the first timeout. */
    private static final Duration LATER_TIMEOUT = Duration.ofMillis(150);

    private static final int FIRST_TRIES = 8;
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final int NO_BACKEND = 0;

    private final Jdbi jdbi;
    /** The lock timeout of a migration outside of a transaction. */
    private final Duration lockTimeout;

    private final Thread watch;
    private volatile int migrating = NO_BACKEND;
    private volatile List<MigrationSql.Holder> holders = List.of();
    private volatile boolean closed;
    private Timeouts former = new Timeouts("0", "0");
    private int applied;
    private int tries;

    /** As the server shows them. */
    private record Timeouts(String statement, String lock) {}

    MigrationLocks(Jdbi jdbi, Duration lockTimeout) {
        this.jdbi = jdbi;
        this.lockTimeout = lockTimeout;
        this.watch =
                Thread.ofPlatform().daemon().name("holdfast-migration-locks").unstarted(this::watch);
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_EACH_MIGRATE
                || event == Event.AFTER_EACH_MIGRATE
                || event == Event.AFTER_EACH_MIGRATE_ERROR;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        try {
            if (event == Event.BEFORE_EACH_MIGRATE) {
                begin(context.getConnection());
            } else {
                migrating = NO_BACKEND;
                if (event == Event.AFTER_EACH_MIGRATE) {
                    applied++;
                    tries = 0;
                }
                end(context.getConnection());
            }
        } catch (SQLException e) {
            throw new FlywayException(e.getMessage(), e);
        }
    }

    private void begin(Connection connection) throws SQLException {
        boolean alone = connection.getAutoCommit();
        Duration inTransaction = tries++ < FIRST_TRIES ? FIRST_TIMEOUT : LATER_TIMEOUT;
        long millis = (alone ? lockTimeout : inTransaction).toMillis();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_catalog.pg_backend_pid(),"
                        + " pg_catalog.current_setting('statement_timeout'),"
                        + " pg_catalog.current_setting('lock_timeout')")) {
            row.next();
            migrating = row.getInt(1);
            former = new Timeouts(row.getString(2), row.getString(3));
        }
        set(connection, new Timeouts("0", millis + "ms"), !alone);
        if (watch.getState() == Thread.State.NEW) {
            watch.start();
        }
    }

    /** Settings of a transaction end with it; those of a session would stay on a pooled connection. */
    private void end(Connection connection) throws SQLException {
        if (connection.getAutoCommit()) {
            set(connection, former, false);
        }
    }

    private static void set(Connection connection, Timeouts timeouts, boolean inTransaction) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select"
                + " pg_catalog.set_config('statement_timeout', ?, ?), pg_catalog.set_config('lock_timeout', ?, ?)")) {
            statement.setString(1, timeouts.statement());
            statement.setBoolean(2, inTransaction);
            statement.setString(3, timeouts.lock());
            statement.setBoolean(4, inTransaction);
            statement.execute();
        }
    }

    private void watch() {
        try (Handle handle = jdbi.open()) {
            MigrationSql sql = handle.attach(MigrationSql.class);
            while (!closed) {
                int waiting = migrating;
                List<MigrationSql.Holder> found = waiting == NO_BACKEND ? List.of() : sql.holders(waiting);
                if (!found.isEmpty()) {
                    holders = found;
                }
                LockSupport.parkNanos(POLL_INTERVAL.toNanos());
            }
        } catch (JdbiException e) {
            closed = true; // messages then do not name the holders
        }
    }

    /** The sessions that held the lock last, as the end of a sentence. */
    String holders() {
        List<MigrationSql.Holder> last = holders;
        return last.isEmpty()
                ? "another session holds a lock on it"
                : last.stream().map(MigrationSql.Holder::toString).collect(Collectors.joining("; "))
                        + " holds a lock on it";
    }

    /** The number of migrations that were applied. */
    int applied() {
        return applied;
    }

    @Override
    public String getCallbackName() {
        return "holdfast-locks";
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watch);
    }
}
