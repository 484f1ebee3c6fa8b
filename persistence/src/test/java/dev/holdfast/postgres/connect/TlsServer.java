package dev.holdfast.postgres.connect;

import dev.holdfast.postgres.embedded.EmbeddedServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A server whose certificate can be changed. One thread. */
final class TlsServer implements AutoCloseable {
    static final String NONE = "none";

    private final Path data;
    private final Certificates certificates;
    private EmbeddedServer server;
    private String shown = NONE;

    /** Without TLS at first. */
    TlsServer(Path data, Certificates certificates) {
        this.data = data;
        this.certificates = certificates;
        this.server = EmbeddedServer.start(data);
    }

    int port() {
        return server.port();
    }

    /** From now on it has this certificate; with {@link #NONE} it has no TLS. */
    void show(String alias) throws SQLException {
        if (alias.equals(shown)) {
            return;
        }
        boolean on = !alias.equals(NONE);
        if (on) {
            certificates.install(alias, data.resolve("postgres"));
        }
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl() + "&sslmode=disable");
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set ssl = " + (on ? "on" : "off"));
        }
        server.close();
        server = EmbeddedServer.start(data);
        shown = alias;
    }

    @Override
    public void close() {
        server.close();
    }
}
