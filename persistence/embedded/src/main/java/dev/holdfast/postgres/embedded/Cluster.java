package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Creates, finds, starts and stops the server of one data directory. The caller holds its lock. One thread. */
final class Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration INITDB_LIMIT = Duration.ofMinutes(5);
    /** pg_ctl has a timeout of its own; it is killed this much later. */
    private static final Duration OVERTIME = Duration.ofSeconds(30);

    /** Log messages of failures that pass: processes of a killed server are still ending, or the port was taken. */
    private static final List<String> PASSING = List.of(
            "pre-existing shared memory block",
            "lock file \"postmaster.pid\" already exists",
            "could not create any TCP/IP sockets");

    /** Containers often run as a user of which only the number exists. */
    private static final String NAMELESS = "could not look up effective user ID";

    private static final String NAMELESS_HINT =
            " initdb needs a user with an entry in /etc/passwd: add one for this user,"
                    + " start holdfast as another, or use `serve` with a PostgreSQL server of your own.";

    private final DataDirectory directory;
    private final Programs programs;
    private final ServerLog log;

    Cluster(DataDirectory directory) {
        this.directory = directory;
        this.programs = new Programs(directory);
        this.log = new ServerLog(directory.logFile());
    }

    /** A server that answers queries; {@code adopted} if another process started it. */
    record Running(int port, boolean adopted) {}

    void initialise() {
        if (directory.isInitialised()) {
            return;
        }
        LOG.info("first start: creating a PostgreSQL data directory in {}", directory.root());
        Path unfinished = directory.unfinishedCluster();
        long before = log.sizeBytes();
        try {
            Directories.delete(unfinished);
            Files.createDirectory(unfinished);
            ServerUser.current().own(unfinished);
            if (initdb(unfinished) != 0) {
                throw failed("initdb failed", before);
            }
            Directories.moveDurably(unfinished, directory.cluster());
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The PostgreSQL data directory %s cannot be created: %s"
                            .formatted(directory.cluster(), FileError.reason(e)),
                    e);
        }
    }

    /** Uses the built-in locale, which sorts by code point and knows all letters of Unicode on every system. */
    private int initdb(Path target) {
        return programs.run(
                INITDB_LIMIT,
                "initdb",
                "--pgdata=" + target,
                "--username=" + ServerConnections.USER,
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--no-instructions");
    }

    /** Adopts the running server, or starts one. Returns when it answers. */
    Running findOrStart() {
        Deadline deadline = Deadline.in(TIMEOUT);
        boolean started = false;
        while (true) {
            Optional<Postmaster> running = findRunning(deadline);
            if (running.isPresent()) {
                return new Running(running.get().port(), !started);
            }
            started = start(deadline);
        }
    }

    /**
     * Waits while a server of this directory is starting, recovering or shutting down. A record of a living process
     * that is no such server is removed, because PostgreSQL checks the number only and would refuse to start. A record
     * of a process that is gone is left to PostgreSQL, which then checks for surviving children too.
     */
    private Optional<Postmaster> findRunning(Deadline deadline) {
        while (true) {
            Optional<Postmaster> recorded = Postmaster.recordedIn(directory.cluster());
            if (recorded.isEmpty()) {
                // No record, or a corrupt one, with which PostgreSQL would not start.
                removeRecord();
                return Optional.empty();
            }
            Postmaster postmaster = recorded.get();
            if (!postmaster.isAlive()) {
                return Optional.empty();
            }
            Optional<SQLException> refusal = Optional.empty();
            try {
                if (postmaster.serves(directory.cluster())) {
                    return recorded;
                }
            } catch (SQLException e) {
                refusal = Optional.of(e);
            }
            if (!postmaster.runsIn(directory.cluster())) {
                LOG.info("process {} is no PostgreSQL server of {}: stale record", postmaster.pid(), directory.root());
                removeRecord();
                return Optional.empty();
            }
            if (deadline.passed() || refusal.filter(Cluster::isFinal).isPresent()) {
                throw silent(postmaster, refusal);
            }
            deadline.pause();
        }
    }

    private void removeRecord() {
        try {
            Files.deleteIfExists(Postmaster.file(directory.cluster()));
        } catch (IOException e) {
            throw new EmbeddedServerException(
                    "The stale %s cannot be deleted: %s"
                            .formatted(Postmaster.file(directory.cluster()), FileError.reason(e)),
                    e);
        }
    }

    /** A refused login (class 28) and a missing database (3D) are final; other errors may pass. */
    private static boolean isFinal(SQLException refusal) {
        String state = refusal.getSQLState();
        return state != null && (state.startsWith("28") || state.startsWith("3D"));
    }

    private EmbeddedServerException silent(Postmaster postmaster, Optional<SQLException> refusal) {
        return new EmbeddedServerException(
                ("PostgreSQL (process %d, port %d) runs in %s but accepts no connection (%s). If it is"
                                + " still recovering or stopping, start again to wait longer; if it hangs, end it. Its"
                                + " log: %s")
                        .formatted(
                                postmaster.pid(),
                                postmaster.port(),
                                directory.root(),
                                refusal.map(SQLException::getMessage).orElse("another server answers at its port"),
                                log.file()),
                refusal.orElse(null));
    }

    /** Starts the server. Returns false after a failure that may pass; throws for others. */
    private boolean start(Deadline deadline) {
        log.moveAsideIfLong();
        long before = log.sizeBytes();
        int port = ServerPort.choose(directory.portFile());
        if (pgCtl(deadline, "start", "--log=" + log.file(), "--options=" + ServerSettings.asOptions(port)) == 0) {
            ServerPort.keep(directory.portFile(), port);
            return true;
        }
        if (runs()) {
            // It is still recovering after the timeout of pg_ctl.
            return true;
        }
        String output = log.since(before);
        if (deadline.passed() || PASSING.stream().noneMatch(output::contains)) {
            throw failed("PostgreSQL did not start", before);
        }
        deadline.pause();
        return false;
    }

    /** Stops the server: it ends all sessions and writes a checkpoint. Does nothing if none runs. */
    void stop() {
        Deadline deadline = Deadline.in(TIMEOUT);
        long before = log.sizeBytes();
        if (runs() && pgCtl(deadline, "stop", "--mode=fast") != 0 && runs()) {
            throw failed("PostgreSQL did not stop", before);
        }
    }

    private boolean runs() {
        return Postmaster.recordedIn(directory.cluster())
                .filter(Postmaster::isAlive)
                .filter(postmaster -> postmaster.runsIn(directory.cluster()) || answers(postmaster))
                .isPresent();
    }

    private boolean answers(Postmaster postmaster) {
        try {
            return postmaster.serves(directory.cluster());
        } catch (SQLException e) {
            return false;
        }
    }

    private int pgCtl(Deadline deadline, String action, String... arguments) {
        long seconds = deadline.secondsLeft();
        List<String> common =
                List.of(action, "--pgdata=" + directory.cluster(), "--silent", "--wait", "--timeout=" + seconds);
        return programs.run(
                Duration.ofSeconds(seconds).plus(OVERTIME),
                "pg_ctl",
                Stream.concat(common.stream(), Stream.of(arguments)).toArray(String[]::new));
    }

    private EmbeddedServerException failed(String what, long logBefore) {
        String output = log.since(logBefore);
        String hint = output.contains(NAMELESS) ? NAMELESS_HINT : "";
        return new EmbeddedServerException(
                "%s in %s.%s %s".formatted(what, directory.root(), hint, log.lastLines(output)));
    }
}
