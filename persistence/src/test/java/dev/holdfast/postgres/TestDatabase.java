package dev.holdfast.postgres;

import dev.holdfast.postgres.embedded.EmbeddedServer;
import dev.holdfast.postgres.schema.Migrations;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * An empty database for one test, dropped when it is closed. All of a JVM are on one server, found at the first call:
 * the one that HOLDFAST_TEST_DATABASE_URL names ({@code jdbc:postgresql://…} or {@code postgresql://…}, of a user who
 * may create databases), else a container if a Docker engine answers, else the embedded server. The log says which. Any
 * thread may create databases.
 */
public final class TestDatabase extends TestResource {
    private static final System.Logger LOG = System.getLogger(TestDatabase.class.getName());
    private static final String IMAGE = "postgres:18";

    private static @Nullable String serverUrl;
    private static @Nullable String template;

    private final String name;

    private TestDatabase(String name) {
        this.name = name;
    }

    /** A new one, without any table. */
    public static TestDatabase create() {
        return create("encoding 'UTF8'");
    }

    /** A new one in another encoding than UTF8. */
    public static TestDatabase encoded(String encoding) {
        return create("encoding '%s' locale_provider libc locale 'C'".formatted(encoding));
    }

    private static TestDatabase create(String options) {
        String name = newName();
        // Not from template1, in which somebody may have put something.
        onServer("create database %s template template0 %s".formatted(name, options));
        return new TestDatabase(name);
    }

    /** A new one with the tables of Holdfast: a copy of a template, because migrating takes five times as long. */
    public static TestDatabase migrated() {
        String name = newName();
        onServer("create database %s template %s".formatted(name, template()));
        return new TestDatabase(name);
    }

    /** A copy of this one on the same server, with another oid, as a restored dump is one. Nobody may be connected. */
    public TestDatabase copy() {
        String copy = newName();
        onServer("create database %s template %s".formatted(copy, name));
        return new TestDatabase(copy);
    }

    private static synchronized String template() {
        String made = template;
        if (made == null) {
            TestDatabase database = create();
            Migrations.migrate(database.dataSource());
            made = database.name;
            template = made;
            if (System.getenv("HOLDFAST_TEST_DATABASE_URL") != null) { // other servers end with this JVM
                Runtime.getRuntime().addShutdownHook(new Thread(database::close, "drop-template"));
            }
        }
        return made;
    }

    private static String newName() {
        return "holdfast_test_" + UUID.randomUUID().toString().replace("-", "");
    }

    /** With user and password in it. */
    public String jdbcUrl() {
        return serverUrl().replaceFirst("^(jdbc:postgresql://[^/?]*)(/[^?]*)?", "$1/" + name);
    }

    /** Opens a connection for each call, without a pool. */
    public DataSource dataSource() {
        return dataSource(jdbcUrl());
    }

    /** Ends the sessions that are still in it. */
    @Override
    public void close() {
        onServer("drop database if exists %s with (force)".formatted(name));
    }

    private static DataSource dataSource(String url) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setUrl(url);
        return source;
    }

    private static void onServer(String sql) {
        try (Connection connection = dataSource(serverUrl()).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("the server of the test databases refused `%s`".formatted(sql), e);
        }
    }

    private static synchronized String serverUrl() {
        if (serverUrl == null) {
            serverUrl = findServer();
        }
        return serverUrl;
    }

    private static String findServer() {
        String configured = System.getenv("HOLDFAST_TEST_DATABASE_URL");
        if (configured != null && !configured.isBlank()) {
            LOG.log(Level.INFO, "test databases are on the server of HOLDFAST_TEST_DATABASE_URL");
            return asJdbcUrl(configured.strip());
        }
        return (DockerEngine.answers() ? container() : Optional.<String>empty()).orElseGet(TestDatabase::embedded);
    }

    private static String asJdbcUrl(String url) {
        if (url.startsWith("jdbc:")) {
            return url;
        }
        URI uri = URI.create(url);
        String[] login = Optional.ofNullable(uri.getRawUserInfo()).orElse("").split(":", 2);
        return "jdbc:postgresql://%s%s%s?user=%s%s%s"
                .formatted(
                        uri.getHost(),
                        uri.getPort() < 0 ? "" : ":" + uri.getPort(),
                        uri.getRawPath(),
                        login[0],
                        login.length < 2 ? "" : "&password=" + login[1],
                        uri.getRawQuery() == null ? "" : "&" + uri.getRawQuery());
    }

    /** Testcontainers starts its servers with fsync off; tests that crash a server mean what they test. */
    @SuppressWarnings("resource") // Testcontainers removes it when the JVM ends.
    private static Optional<String> container() {
        try {
            PostgreSQLContainer container = new PostgreSQLContainer(IMAGE)
                    .withCommand("postgres", "-c", "fsync=on", "-c", "max_connections=100");
            container.start();
            LOG.log(Level.INFO, "test databases are in a container of {0}", IMAGE);
            return Optional.of("jdbc:postgresql://%s:%d/%s?user=%s&password=%s"
                    .formatted(
                            container.getHost(),
                            container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT),
                            container.getDatabaseName(),
                            container.getUsername(),
                            container.getPassword()));
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "a Docker engine answers, but {0} does not start in it: {1}", IMAGE, e.toString());
            return Optional.empty();
        }
    }

    private static String embedded() {
        EmbeddedServer server = EmbeddedServer.temporary();
        Runtime.getRuntime().addShutdownHook(new Thread(server::close, "close-test-server"));
        LOG.log(Level.INFO, "test databases are on the embedded server at {0}", server.psqlUrl());
        return server.jdbcUrl();
    }
}
