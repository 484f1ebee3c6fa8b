package dev.holdfast.postgres.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;

/** A server of a test's own, that is stopped and started under its clients. One thread. */
public final class RestartableServer implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final DataDirectory directory;
    private final EmbeddedServer server;
    private final int port;

    /** The ways to stop a server. */
    public enum Mode {
        /** Sessions are ended, everything is written out. */
        FAST,
        /** As if the power had failed: the next start recovers. */
        IMMEDIATE
    }

    /** Starts it, in this empty directory. */
    public RestartableServer(Path data) {
        this.server = EmbeddedServer.start(data);
        this.directory = DataDirectory.open(data);
        this.port = server.port();
    }

    /** The same over restarts. */
    public String jdbcUrl() {
        return server.jdbcUrl();
    }

    /** Returns when it is down. */
    public void stop(Mode mode) {
        int exit = new Programs(directory)
                .run(
                        TIMEOUT,
                        "pg_ctl",
                        "stop",
                        "--pgdata=" + directory.cluster(),
                        "--silent",
                        "--wait",
                        "--mode=" + (mode == Mode.FAST ? "fast" : "immediate"));
        if (exit != 0) {
            throw new IllegalStateException("pg_ctl stop ended with " + exit);
        }
    }

    /** Returns when it answers again. */
    public void start() {
        int now = new Cluster(directory).findOrStart().port();
        if (now != port) {
            throw new IllegalStateException("the server was at port " + port + ", and is at " + now + " now");
        }
    }

    /** Returns when it answers again, with these settings, which we would never choose. */
    public void startWith(String... settings) {
        int exit = new Programs(directory)
                .run(
                        TIMEOUT,
                        "pg_ctl",
                        "start",
                        "--pgdata=" + directory.cluster(),
                        "--silent",
                        "--wait",
                        "--log=" + directory.logFile(),
                        "--options=" + ServerSettings.asOptions(port) + " -c " + String.join(" -c ", settings));
        if (exit != 0) {
            throw new IllegalStateException("pg_ctl start ended with " + exit);
        }
    }

    /**
     * Makes a standby of this server, in this missing directory; from then on the commits of this one wait for it. The
     * standby gives up to be one when it is promoted.
     */
    public RestartableServer replicateTo(Path data) throws IOException, InterruptedException {
        stop(Mode.FAST);
        DataDirectory copy = DataDirectory.open(data);
        String from = directory.cluster().toString();
        int exit = new ProcessBuilder("cp", "-a", from, copy.cluster().toString())
                .inheritIO()
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IllegalStateException("cp ended with " + exit);
        }
        Path signal = Files.createFile(copy.cluster().resolve("standby.signal"));
        ServerUser.current().own(signal);
        Files.writeString(
                copy.cluster().resolve("postgresql.auto.conf"),
                "primary_conninfo = 'host=127.0.0.1 port=" + port + " user=postgres application_name=standby'\n",
                StandardOpenOption.APPEND);
        startWith("synchronous_standby_names=standby");
        return new RestartableServer(data);
    }

    @Override
    public void close() {
        server.close();
    }
}
