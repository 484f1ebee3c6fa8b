package dev.holdfast.postgres.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.schema.Migrations;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each mode against each kind of server: a real one, with certificates of the test's own authorities. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {
    @TempDir
    private static Path directory;

    private Certificates certificates;
    private TlsServer server;

    @SuppressWarnings("NullAway.Init")
    TlsTest() {}

    @BeforeAll
    void start() {
        certificates = new Certificates(directory)
                .authority("ours")
                .authority("theirs")
                .server("good", "ours", "dns:localhost,ip:127.0.0.1")
                .server("by-name", "ours", "dns:localhost")
                .server("elsewhere", "ours", "dns:db.example.com,ip:10.0.0.1")
                .expired("expired", "ours", "dns:localhost,ip:127.0.0.1");
        server = new TlsServer(directory.resolve("data"), certificates);
    }

    @AfterAll
    void close() {
        server.close();
    }

    /** Ordered by server, as another one takes a restart. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "none      | 127.0.0.1 | disable     | -           | plain",
                "none      | 127.0.0.1 | prefer      | -           | has no TLS (database-tls is prefer)",
                "none      | 127.0.0.1 | require     | -           | has no TLS (database-tls is require)",
                "none      | 127.0.0.1 | verify-ca   | ours        | has no TLS (database-tls is verify-ca)",
                "none      | 127.0.0.1 | verify-full | ours        | has no TLS (database-tls is verify-full)",
                "good      | 127.0.0.1 | disable     | -           | plain",
                "good      | 127.0.0.1 | prefer      | -           | TLS",
                "good      | 127.0.0.1 | require     | -           | signed by no authority that the JVM trusts",
                "good      | 127.0.0.1 | require     | ours        | TLS",
                "good      | 127.0.0.1 | require     | theirs      | signed by none of the authorities",
                "good      | 127.0.0.1 | verify-ca   | ours        | TLS",
                "good      | 127.0.0.1 | verify-ca   | theirs      | signed by none of the authorities",
                "good      | 127.0.0.1 | verify-full | ours        | TLS",
                "good      | localhost | verify-full | ours        | TLS",
                "good      | 127.0.0.1 | verify-full | theirs,ours | TLS",
                "good      | 127.0.0.1 | verify-full | theirs      | signed by none of the authorities",
                "by-name   | localhost | require     | ours        | TLS",
                "by-name   | 127.0.0.1 | require     | ours        | is for another host, localhost:",
                "by-name   | localhost | verify-full | ours        | TLS",
                "by-name   | 127.0.0.1 | verify-full | ours        | is for another host, localhost:",
                "elsewhere | 127.0.0.1 | disable     | -           | plain",
                "elsewhere | 127.0.0.1 | prefer      | -           | TLS",
                "elsewhere | 127.0.0.1 | require     | ours        | is for another host, db.example.com, 10.0.0.1:",
                "elsewhere | localhost | require     | ours        | is for another host, db.example.com, 10.0.0.1:",
                "elsewhere | 127.0.0.1 | verify-ca   | ours        | TLS",
                "elsewhere | 127.0.0.1 | verify-ca   | theirs      | signed by none of the authorities",
                "elsewhere | 127.0.0.1 | verify-full | ours        | is for another host, db.example.com, 10.0.0.1:",
                "elsewhere | localhost | verify-full | ours        | is for another host, db.example.com, 10.0.0.1:",
                "expired   | 127.0.0.1 | disable     | -           | plain",
                "expired   | 127.0.0.1 | prefer      | -           | TLS",
                "expired   | 127.0.0.1 | require     | ours        | has expired",
                "expired   | 127.0.0.1 | verify-ca   | ours        | has expired",
                "expired   | 127.0.0.1 | verify-full | ours        | has expired",
            })
    void aModeTrustsTheseServers(String shown, String host, String mode, String authorities, String outcome)
            throws Exception {
        server.show(shown);
        DataSource dataSource = dataSource(host, TlsMode.of("database-tls", mode), authorities);

        if (outcome.equals("TLS") || outcome.equals("plain")) {
            assertThat(isEncrypted(dataSource)).isEqualTo(outcome.equals("TLS"));
        } else {
            assertThatThrownBy(() -> Migrations.migrate(dataSource))
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageStartingWith("the database cannot be used: the server " + host)
                    .hasMessageContaining("database-tls is " + mode)
                    .hasMessageContaining(outcome)
                    .hasMessageMatching("[^\\n]*: [^\\n]*")
                    .hasMessageNotContaining("hunter2");
        }
    }

    private DataSource dataSource(String host, TlsMode mode, String authorities) {
        Optional<String> pem = Optional.ofNullable(authorities)
                .map(names ->
                        Stream.of(names.split(",", -1)).map(certificates::pem).collect(Collectors.joining()));
        DatabaseAddress address = new DatabaseAddress(
                List.of(new DatabaseHost(host, server.port())),
                Optional.of("postgres"),
                Optional.of("postgres"),
                Optional.of("hunter2"));
        DatabaseSettings settings = DatabaseSettings.of(address, new DatabaseTls(mode, pem));
        return new Connector(settings, "test").plain();
    }

    private static boolean isEncrypted(DataSource dataSource) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select ssl from pg_catalog.pg_stat_ssl where pid = pg_catalog.pg_backend_pid()")) {
            assertThat(row.next()).isTrue();
            return row.getBoolean(1);
        }
    }
}
