package dev.holdfast.postgres.schema;

import java.sql.Connection;
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
 * How long a migration may wait for a lock, and whom it waits for. Whoever waits for a strong lock makes everybody wait
 * who comes later, so one in a transaction gives up soon, and is tried again. One outside of a transaction builds an
 * index concurrently, whose locks stop no reader and no writer. Called by Flyway; one thread more looks who is in the
 * way.
 */
final class MigrationLocks implements Callback, AutoCloseable {
    /** Less than what a submission under a key waits for a lock before it is told that the key is held. */
    private static final Duration SOON = Duration.ofMillis(30);
    /** Where commits take long, the locks of those that are under way are held for longer than that. */
    private static final Duration LATER = Duration.ofMillis(150);

    private static final int SOON_TRIES = 8;
    private static final Duration LOOK = Duration.ofMillis(20);
    private static final int NOBODY = 0;

    private final Jdbi jdbi;
    private final Duration patience;
    private final Thread watch;
    private volatile int migrating = NOBODY;
    private volatile List<MigrationSql.Holder> holders = List.of();
    private volatile boolean closed;
    private int applied;
    private int tries;

    MigrationLocks(Jdbi jdbi, Duration patience) {
        this.jdbi = jdbi;
        this.patience = patience;
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
                migrating = NOBODY;
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
        Duration inTransaction = tries++ < SOON_TRIES ? SOON : LATER;
        long millis = (alone ? patience : inTransaction).toMillis();
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_catalog.pg_backend_pid(),"
                        + " pg_catalog.set_config('statement_timeout', '0', " + !alone + "),"
                        + " pg_catalog.set_config('lock_timeout', '" + millis + "ms', " + !alone + ")")) {
            row.next();
            migrating = row.getInt(1);
        }
        if (watch.getState() == Thread.State.NEW) {
            watch.start();
        }
    }

    /** Settings of a transaction end with it; those of a session would go on in somebody's pool. */
    private static void end(Connection connection) throws SQLException {
        if (connection.getAutoCommit()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("reset lock_timeout; reset statement_timeout");
            }
        }
    }

    private void watch() {
        try (Handle handle = jdbi.open()) {
            MigrationSql sql = handle.attach(MigrationSql.class);
            while (!closed) {
                int waiting = migrating;
                List<MigrationSql.Holder> seen = waiting == NOBODY ? List.of() : sql.holders(waiting);
                if (!seen.isEmpty()) {
                    holders = seen;
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        } catch (JdbiException e) {
            closed = true; // then it is not said who it was
        }
    }

    /** Who was in the way last, as the end of a sentence. */
    String holders() {
        List<MigrationSql.Holder> seen = holders;
        return seen.isEmpty()
                ? "somebody holds a lock on it"
                : seen.stream().map(MigrationSql.Holder::toString).collect(Collectors.joining("; "))
                        + " holds a lock on it";
    }

    /** How many migrations have gone through. */
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
