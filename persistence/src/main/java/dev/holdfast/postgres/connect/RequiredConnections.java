package dev.holdfast.postgres.connect;

import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.HoldfastException;
import dev.holdfast.admin.DurationText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that a node gets the connections that it needs, before it starts: with too few it would go from one outage to
 * the next. Called by the entry point. Each method throws {@link HoldfastException} with the limit, the number that is
 * needed, and the remedy. Immutable.
 */
public final class RequiredConnections {
    private static final Logger LOG = LoggerFactory.getLogger(RequiredConnections.class);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The lowest limit that is too low. A superuser has none. */
    private static final String LIMIT = """
            select l.name, l.connections, l.remedy from pg_catalog.pg_roles r cross join pg_catalog.pg_database d
            cross join lateral (values
                ('the role ' || r.rolname, r.rolconnlimit,
                    pg_catalog.format('alter role %I connection limit', r.rolname)),
                ('the database ' || d.datname, d.datconnlimit,
                    pg_catalog.format('alter database %I connection limit', d.datname)),
                ('the server', pg_catalog.current_setting('max_connections')::integer
                        - pg_catalog.current_setting('superuser_reserved_connections')::integer
                        - coalesce(pg_catalog.current_setting('reserved_connections', true)::integer, 0),
                    'alter system set max_connections = '))
                as l(name, connections, remedy)
            where r.rolname = session_user and d.datname = pg_catalog.current_database() and not r.rolsuper
                and l.connections between 0 and ?::integer - 1
            order by l.connections limit 1""";

    private final int needed;
    private final String need;

    private RequiredConnections(PostgresConfig config, int lanes, int reads) {
        this.needed = config.dedicated() + lanes + reads;
        this.need = "this node needs " + needed + " at the same time: " + config.writers()
                + " writers, heartbeat, keyed submissions, listener, " + lanes + " for transactional steps, " + reads
                + " for reads";
    }

    /** Of a node that opens its own. */
    public static RequiredConnections ofOwn(PostgresConfig config) {
        return new RequiredConnections(
                config, config.lanes(), config.connections() - config.lanes() - config.dedicated());
    }

    /** Of a node on a DataSource: the least with which it works. */
    public static RequiredConnections ofDataSource(PostgresConfig config) {
        return new RequiredConnections(config, 1, PostgresConfig.READS_MIN);
    }

    /** The connections for reads: of the pool of this node, or what is left of the pool of the program. */
    public static int reads(DataSource source, PostgresConfig config) {
        return config.database()
                .map(database -> database.pool().max())
                .orElseGet(() -> HikariPools.behind(source)
                        .map(pool -> pool.getMaximumPoolSize() - config.dedicated() - lanes(pool, config))
                        .orElseGet(() -> PoolSettings.defaults().max()));
    }

    /** The lanes: as many as are configured, or as the pool of the program has room for, but at least one. */
    public static int lanes(DataSource source, PostgresConfig config) {
        Optional<HikariDataSource> pool = config.database().isPresent() ? Optional.empty() : HikariPools.behind(source);
        return pool.map(of -> Math.clamp(
                        of.getMaximumPoolSize() - config.dedicated() - PostgresConfig.READS_MIN, 1, config.lanes()))
                .orElseGet(config::lanes);
    }

    /** Requires that role, database and server allow as many. */
    public void requireAllowed(DataSource source) {
        try (Connection connection = source.getConnection();
                PreparedStatement statement = connection.prepareStatement(LIMIT)) {
            statement.setInt(1, needed);
            try (ResultSet limit = statement.executeQuery()) {
                if (limit.next()) {
                    throw new HoldfastException(limit.getString(1) + " allows " + limit.getInt(2) + " connections, and "
                            + need + ". Allow that many, and those of other users: `" + limit.getString(3) + " "
                            + needed + "`");
                }
            }
        } catch (SQLException e) {
            throw UnusableServerException.refusal(e);
        }
    }

    /** Requires that the DataSource gives as many at the same time, of the PostgreSQL driver. */
    public void requireFrom(DataSource source) {
        requireFrom(source, PATIENCE);
    }

    /** Waits this long for them. */
    void requireFrom(DataSource source, Duration patience) {
        Optional<HikariDataSource> pool = HikariPools.behind(source);
        if (pool.isPresent() && pool.orElseThrow().getMaximumPoolSize() < needed) {
            throw new HoldfastException(
                    "the pool of the DataSource has " + pool.orElseThrow().getMaximumPoolSize()
                            + " connections (maximumPoolSize), and " + need + ". " + remedy());
        }
        ExecutorService threads = Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("holdfast-connect").factory());
        List<CompletableFuture<Connection>> opened = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> open(source), threads))
                .limit(needed)
                .toList();
        try {
            await(opened, patience);
        } finally {
            for (CompletableFuture<Connection> one : opened) { // also one that comes late
                Future<?> unused = one.thenAccept(RequiredConnections::close);
            }
            threads.shutdown();
        }
    }

    private static Connection open(DataSource source) {
        try {
            Connection connection = source.getConnection();
            if (!connection.isWrapperFor(PGConnection.class)) {
                connection.close();
                throw new HoldfastException("the DataSource gives connections of another driver, and hides those of"
                        + " PostgreSQL: expected connections whose unwrap gives org.postgresql.PGConnection");
            }
            return connection;
        } catch (SQLException e) {
            throw new CompletionException(e);
        }
    }

    private void await(List<CompletableFuture<Connection>> opened, Duration patience) {
        try {
            CompletableFuture.allOf(opened.toArray(CompletableFuture[]::new))
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw tooFew(opened, "no more within " + DurationText.of(patience), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HoldfastException wrongDriver) {
                throw wrongDriver;
            }
            throw tooFew(opened, reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HoldfastException("interrupted while connections were opened", e);
        }
    }

    private static String reason(ExecutionException e) {
        return ServerRefusal.of(e).map(ServerRefusal::reason).orElseGet(() -> {
            Throwable cause = e.getCause();
            return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
        });
    }

    private HoldfastException tooFew(List<CompletableFuture<Connection>> opened, String why, Exception e) {
        long given = opened.stream()
                .filter(one -> one.isDone() && !one.isCompletedExceptionally())
                .count();
        return new HoldfastException(
                "the DataSource gives " + given + " connections (" + why + "), and " + need + ". " + remedy(), e);
    }

    private String remedy() {
        return "Give its pool at least " + needed + ", better 6 more for reads, beside those that the program itself"
                + " uses, or set fewer PostgresConfig.writers";
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("a connection did not close", e);
        }
    }
}
