package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What the tests of the embedded server do to a data directory, and the end of all that they started in it. */
final class ServerFixture implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Path parent;
    private final Path data;
    private final List<EmbeddedServerProcess> processes = new ArrayList<>();

    ServerFixture(Path parent) throws IOException {
        this.parent = parent.toRealPath();
        this.data = this.parent.resolve("not there yet").resolve("data directory");
    }

    /** With a blank in its name; absolute and without links, as messages name it. */
    Path data() {
        return data;
    }

    Path other() {
        return parent.resolve("other");
    }

    Path record() {
        return data.resolve("postgres").resolve("postmaster.pid");
    }

    Path configuration() {
        return data.resolve("postgres").resolve("postgresql.conf");
    }

    EmbeddedServerProcess serverInAnotherProcess() throws IOException {
        return remember(EmbeddedServerProcess.on(data));
    }

    EmbeddedServerProcess temporaryServerInAnotherProcess() throws IOException {
        return remember(EmbeddedServerProcess.temporary(parent));
    }

    private EmbeddedServerProcess remember(EmbeddedServerProcess process) {
        processes.add(process);
        return process;
    }

    Postmaster postmaster() {
        return Postmaster.recordedIn(data.resolve("postgres")).orElseThrow();
    }

    /** Runs pg_ctl on the directory, as an operator would by hand. */
    int pgCtl(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--pgdata=" + data.resolve("postgres"));
        return new Programs(DataDirectory.open(data)).run(TIMEOUT, "pg_ctl", all.toArray(String[]::new));
    }

    static void kill(long pid) {
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    static void awaitEnd(long pid) {
        await(() -> ProcessHandle.of(pid).isEmpty());
    }

    static void await(BooleanSupplier condition) {
        Deadline deadline = Deadline.in(TIMEOUT);
        while (!condition.getAsBoolean()) {
            if (deadline.passed()) {
                throw new AssertionError("it did not happen within " + TIMEOUT);
            }
            deadline.pause();
        }
    }

    static Connection connect(int port) throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:%d/postgres?user=postgres".formatted(port));
    }

    static void execute(int port, String sql) throws SQLException {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    static String query(int port, String sql) throws SQLException {
        try (Connection connection = connect(port);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Override
    public void close() throws IOException {
        processes.forEach(EmbeddedServerProcess::kill);
        List<Path> directories;
        try (var files = Files.find(parent, 3, (path, is) -> path.endsWith("holdfast.lock"))) {
            directories = files.map(Path::getParent).toList();
        }
        directories.forEach(directory -> new Cluster(DataDirectory.open(directory)).stop());
    }
}
