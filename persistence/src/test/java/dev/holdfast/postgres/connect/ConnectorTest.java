package dev.holdfast.postgres.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.Holdfast;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.TimeZone;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
class ConnectorTest {
    private static final String OTHERS = """
            select pg_catalog.string_agg(distinct application_name, ',') || ' ' || (count(*) > 4)
            from pg_catalog.pg_stat_activity
            where datname = pg_catalog.current_database() and pid <> pg_catalog.pg_backend_pid()
                and backend_type = 'client backend'""";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final DatabaseSettings settings = DatabaseSettings.of(database.jdbcUrl());
    private final Connector connector = new Connector(settings, "one");

    @Test
    void namesItsConnections() throws SQLException {
        try (HikariDataSource reads = connector.forReads();
                HikariDataSource samples = connector.forBodies(1)) {
            for (DataSource source : List.of(connector.plain(), reads, samples)) {
                assertThat(show(source, "application_name")).isEqualTo("holdfast one");
            }
        }
    }

    @Test
    void namesAllThatANodeOpens() {
        try (Holdfast engine =
                PostgresHoldfast.on(PostgresConfig.of(settings).nodeName("two")).start()) {
            assertThat(engine.admin().ready()).isTrue();
            Await.until("all are there, under one name", () -> others().equals("holdfast two true"));
        }
    }

    /** A backend does not notice that its client has given up a statement, until the statement ends. */
    @Test
    void endsWhatSilentStatementsLeaveBehind() throws SQLException {
        DataSource source = connector.plain();
        for (int n = 0; n < 5; n++) {
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setNetworkTimeout(Runnable::run, 100);
                assertThatThrownBy(() -> statement.execute("select pg_sleep(60)"))
                        .isInstanceOf(SQLException.class);
            }
        }
        try (Connection connection = source.getConnection();
                Connection other = source.getConnection()) {
            Await.until("the sleepers are gone", () -> others().equals("holdfast one false"));
            assertThat(connection.isValid(1) && other.isValid(1)).isTrue();
        }
    }

    @Test
    void itsSessionsAreInUtcWhereverTheJvmIs() throws SQLException {
        TimeZone before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
        try (HikariDataSource reads = connector.forReads()) {
            assertThat(show(connector.plain(), "timezone")).isEqualTo("UTC");
            assertThat(show(reads, "timezone")).isEqualTo("UTC");
        } finally {
            TimeZone.setDefault(before);
        }
    }

    /** Else a node would wait for it for ever, also when it closes. */
    @Test
    @Timeout(20)
    void givesUpAServerThatAcceptsAndSaysNothing() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            String url = "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/shop?sslmode=disable";
            DatabaseSettings there = DatabaseSettings.of(url);
            DatabaseSettings impatient = there.pool(there.pool().connectTimeout(Duration.ofSeconds(1)));
            assertThatThrownBy(() -> new Connector(impatient, "one").plain().getConnection())
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("timed out");
        }
    }

    @Test
    void onlyItsReadsHaveATimeLimit() throws SQLException {
        try (HikariDataSource reads = connector.forReads()) {
            assertThat(show(reads, "statement_timeout")).isEqualTo("8s");
            assertThat(show(connector.plain(), "statement_timeout")).isEqualTo("0");
        }
    }

    @Test
    void itsSessionsSearchTheGivenSchemas() throws SQLException {
        DatabaseSettings searching = settings.searchPath(List.of("Shop", "public"));
        Connector other = new Connector(searching, "one");
        try (HikariDataSource reads = other.forReads()) {
            assertThat(show(other.plain(), "search_path")).isEqualTo("\"Shop\",\"public\"");
            assertThat(show(reads, "search_path")).isEqualTo("\"Shop\",\"public\"");
            assertThat(show(reads, "statement_timeout")).isEqualTo("8s");
        }
    }

    @Test
    void aPooledConnectionToAServerThatTurnedReadOnlyIsMadeAnew() throws SQLException {
        try (HikariDataSource reads = new Connector(settings.pool(1, 1), "one").forReads()) {
            int before = backend(reads);
            assertThat(backend(reads)).isEqualTo(before);
            try (Connection connection = reads.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("set default_transaction_read_only = on");
                assertThatThrownBy(() -> statement.execute("create table public.a (b int)"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo(Connector.READ_ONLY));
            }
            assertThat(backend(reads)).isNotEqualTo(before);
        }
    }

    @Test
    void saysThatThereIsNoSuchHost() {
        DatabaseSettings nowhere = DatabaseSettings.of("postgresql://ann:hunter2@nowhere.invalid/shop");

        assertThatThrownBy(() -> new Connector(nowhere, "one").plain().getConnection())
                .isInstanceOf(UnusableServerException.class)
                .hasMessage("there is no host nowhere.invalid");
    }

    private String others() {
        try {
            return one(database.dataSource(), OTHERS);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int backend(DataSource source) throws SQLException {
        return Integer.parseInt(one(source, "select pg_catalog.pg_backend_pid()"));
    }

    private static String show(DataSource source, String setting) throws SQLException {
        return one(source, "show " + setting);
    }

    private static String one(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).isTrue();
            return row.getString(1);
        }
    }
}
