package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * The record that a server writes into its data directory, and leaves there when it is killed. Its numbers may be
 * stale: the process may be gone, or another process may have got the number. Immutable.
 *
 * @param pid the server's main process
 * @param port the port at which the server listens
 */
record Postmaster(long pid, int port) {
    private static final int PID_LINE = 0;
    private static final int PORT_LINE = 3;

    private static final int HIGHEST_PORT = 65_535;

    Postmaster {
        if (port < 1 || port > HIGHEST_PORT) {
            throw new IllegalArgumentException("no port: " + port);
        }
    }

    static Path file(Path cluster) {
        return cluster.resolve("postmaster.pid");
    }

    /** Reads the record; empty if there is none, or a corrupt one. */
    static Optional<Postmaster> recordedIn(Path cluster) {
        try {
            List<String> lines = Files.readAllLines(file(cluster), StandardCharsets.ISO_8859_1);
            return lines.size() <= PORT_LINE
                    ? Optional.empty()
                    : Optional.of(new Postmaster(
                            Long.parseLong(lines.get(PID_LINE).strip()),
                            Integer.parseInt(lines.get(PORT_LINE).strip())));
        } catch (NoSuchFileException | IllegalArgumentException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new EmbeddedServerException("%s cannot be read: %s".formatted(file(cluster), FileError.reason(e)), e);
        }
    }

    boolean isAlive() {
        return process().isPresent();
    }

    /** Whether a server of this directory answers at the port; throws if nothing there answers a query. */
    boolean serves(Path cluster) throws SQLException {
        try (Connection connection = ServerConnections.open(port);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show data_directory")) {
            return rows.next() && Files.isSameFile(Path.of(rows.getString(1)), cluster);
        } catch (IOException e) {
            // The server names a directory that does not exist here.
            return false;
        }
    }

    /** Whether the process is a server of this directory, as far as the operating system shows. */
    boolean runsIn(Path cluster) {
        return process()
                .map(ProcessHandle::info)
                .filter(info -> info.command().map(Postmaster::isPostgres).orElse(true))
                .filter(info -> worksIn(cluster) || wasStartedFor(info, cluster))
                .isPresent();
    }

    private Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
    }

    /** Compares a prefix, because Linux appends a note to the name of a deleted program file. */
    private static boolean isPostgres(String command) {
        return Path.of(command).getFileName().toString().startsWith("postgres");
    }

    /** On Linux, the working directory of a server is its data directory. */
    private boolean worksIn(Path cluster) {
        try {
            return Files.isSameFile(Path.of("/proc", Long.toString(pid), "cwd"), cluster);
        } catch (IOException e) {
            return false;
        }
    }

    /** Elsewhere, or for a process of another user, the command line of pg_ctl names the directory first. */
    private static boolean wasStartedFor(ProcessHandle.Info info, Path cluster) {
        return info.commandLine()
                .filter(line -> line.contains("postgres -D " + cluster + " "))
                .isPresent();
    }
}
