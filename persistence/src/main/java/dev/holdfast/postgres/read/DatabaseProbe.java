package dev.holdfast.postgres.read;

import dev.holdfast.NotAdoptedException;
import dev.holdfast.admin.HealthCheck;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.schema.Adoption;
import dev.holdfast.postgres.schema.MigrationSql;
import dev.holdfast.postgres.schema.SettingsSql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * Checks that the database answers through the pool and refuses nothing that this node needs, that its schema is the
 * one for which this store was made, and that it is no restored copy. One query is in flight at a time, on a thread of
 * its own, and concurrent callers share its result: a server that drops packets occupies one connection, and no caller
 * waits longer than the limit. Safe for all threads.
 */
public final class DatabaseProbe {
    static final Duration LIMIT = Duration.ofSeconds(2);

    private static final String NOT_KNOWN = "not known, as this node cannot ask the database";

    private final DataSource pooled;
    private final int version;
    private final Supplier<Optional<String>> refusal;
    private @Nullable CompletableFuture<List<HealthCheck>> running;
    private volatile boolean closed;

    /**
     * {@code version} is the version of the schema when the store was made; {@code refusal} why the server refuses what
     * this node needs at the moment.
     */
    public DatabaseProbe(DataSource pooled, int version, Supplier<Optional<String>> refusal) {
        this.pooled = pooled;
        this.version = version;
        this.refusal = refusal;
    }

    /** Runs the checks {@code database}, {@code migrations} and {@code adopted}; returns within the limit. */
    public List<HealthCheck> check() {
        if (closed) {
            return none("this node is closed");
        }
        try {
            return result().get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return none("no answer within " + LIMIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            return none(String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return none("interrupted");
        }
    }

    private synchronized CompletableFuture<List<HealthCheck>> result() {
        CompletableFuture<List<HealthCheck>> now = running;
        if (now == null || now.isDone()) {
            CompletableFuture<List<HealthCheck>> next = new CompletableFuture<>();
            Thread.ofPlatform()
                    .daemon()
                    .name("holdfast-health")
                    .start(() -> next.completeAsync(this::ask, Runnable::run));
            running = next;
            return next;
        }
        return now;
    }

    private List<HealthCheck> ask() {
        try (Connection connection = pooled.getConnection()) {
            int usual = connection.getNetworkTimeout();
            connection.setNetworkTimeout(Runnable::run, Math.toIntExact(LIMIT.toMillis()));
            try {
                Jdbi jdbi = JdbiFactory.on(connection);
                long began = System.nanoTime();
                jdbi.withExtension(SettingsSql.class, SettingsSql::one);
                long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - began);
                return List.of(database(micros), migrations(jdbi), adopted(jdbi));
            } finally {
                connection.setNetworkTimeout(Runnable::run, usual);
            }
        } catch (SQLException | JdbiException e) {
            return none(Outage.reason(e)); // also of a login that is refused
        }
    }

    private HealthCheck database(long micros) {
        return refusal.get()
                .map(reason -> new HealthCheck("database", false, "refuses what this node needs: " + reason))
                .orElseGet(() -> new HealthCheck("database", true, "answers in " + micros + " µs"));
    }

    /** Accepts a newer schema, because all older nodes see one during a rolling update. */
    private HealthCheck migrations(Jdbi jdbi) {
        try {
            int found = jdbi.withExtension(MigrationSql.class, MigrationSql::version);
            return new HealthCheck(
                    "migrations", found >= version, "at version " + found + ", and this node needs " + version);
        } catch (JdbiException e) {
            return new HealthCheck("migrations", false, Outage.reason(e));
        }
    }

    private static HealthCheck adopted(Jdbi jdbi) {
        try {
            return new Adoption(jdbi).isDue()
                    ? new HealthCheck("adopted", false, String.valueOf(new NotAdoptedException().getMessage()))
                    : new HealthCheck("adopted", true, "this database is no restored copy, or was adopted");
        } catch (JdbiException e) {
            return new HealthCheck("adopted", false, Outage.reason(e));
        }
    }

    private static List<HealthCheck> none(String why) {
        return List.of(
                new HealthCheck("database", false, why),
                new HealthCheck("migrations", false, NOT_KNOWN),
                new HealthCheck("adopted", false, NOT_KNOWN));
    }

    /** Fails all checks from now on. */
    public void close() {
        closed = true;
    }
}
