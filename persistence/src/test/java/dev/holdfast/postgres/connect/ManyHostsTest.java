package dev.holdfast.postgres.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.embedded.EmbeddedServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Two servers, of which one accepts writes: to a client, a read-only server is like a standby. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ManyHostsTest {
    private final EmbeddedServer first = EmbeddedServer.temporary();
    private final EmbeddedServer second = EmbeddedServer.temporary();

    @AfterAll
    void close() {
        first.close();
        second.close();
    }

    @Test
    void theOneThatTakesWritesIsUsed() throws SQLException {
        setReadOnly(first, true);
        setReadOnly(second, false);
        for (DataSource source : List.of(source(first, second), source(second, first))) {
            assertThat(port(source)).isEqualTo(second.port());
        }

        setReadOnly(first, false);
        setReadOnly(second, true);
        for (DataSource source : List.of(source(first, second), source(second, first))) {
            Await.until("the other one is found", () -> answers(source));
            assertThat(port(source)).isEqualTo(first.port());
        }

        setReadOnly(first, true);
        assertThatThrownBy(() -> port(source(first, second)))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("primary");
    }

    private static DataSource source(EmbeddedServer one, EmbeddedServer other) {
        String url = "postgresql://postgres@127.0.0.1:%d,127.0.0.1:%d/postgres".formatted(one.port(), other.port());
        return new Connector(DatabaseSettings.of(url), "test").plain();
    }

    private static boolean answers(DataSource source) {
        try {
            port(source);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private static int port(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_catalog.inet_server_port()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void setReadOnly(EmbeddedServer server, boolean on) throws SQLException {
        DataSource source = new Connector(DatabaseSettings.of(server.jdbcUrl()), "operator").plain();
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter system set default_transaction_read_only = " + (on ? "on" : "off"));
            statement.execute("select pg_catalog.pg_reload_conf()");
        }
        Await.until("new sessions have it", () -> isReadOnly(source) == on);
    }

    private static boolean isReadOnly(DataSource source) {
        try (Connection connection = source.getConnection()) {
            return show(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean show(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("show default_transaction_read_only")) {
            row.next();
            return row.getBoolean(1);
        }
    }
}
