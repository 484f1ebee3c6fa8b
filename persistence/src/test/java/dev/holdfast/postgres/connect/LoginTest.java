package dev.holdfast.postgres.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A login that the server refuses is said to be one, with what to do. */
@Timeout(60)
class LoginTest {
    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private String ofNobody() {
        return database.jdbcUrl().replaceFirst("user=[^&]*", "user=holdfast_nobody");
    }

    private String nowhere() {
        return database.jdbcUrl().replaceFirst("/holdfast_test_", "/holdfast_none_");
    }

    @SuppressWarnings("resource") // It must not come to an engine.
    private static void assertRefused(String url, String reason, String remedy) {
        assertThatThrownBy(() -> PostgresHoldfast.on(PostgresConfig.of(url)).start())
                .isInstanceOf(HoldfastException.class)
                .hasMessageStartingWith("the database refuses this node: ")
                .hasMessageContaining(reason)
                .hasMessageContaining(remedy);
    }

    @Test
    void aMissingUserIsSaidSo() {
        assertRefused(ofNobody(), "role \"holdfast_nobody\" does not exist", "create the role");
    }

    @Test
    void aMissingDatabaseIsSaidSo() {
        assertRefused(nowhere(), "does not exist", "create it with encoding UTF8");
    }

    /** A pool says only that it has no connection, and why not in the cause. */
    @Test
    @SuppressWarnings("resource") // It must not come to an engine.
    void aMissingUserOfAPoolIsSaidSo() {
        HikariConfig config = new HikariConfig();
        config.setDataSource(TestNode.dataSource(ofNobody()));
        config.setInitializationFailTimeout(-1);
        config.setConnectionTimeout(300);
        try (HikariDataSource pool = new HikariDataSource(config)) {
            assertThatThrownBy(() -> PostgresHoldfast.on(pool).start())
                    .isInstanceOf(HoldfastException.class)
                    .hasMessageContaining("role \"holdfast_nobody\" does not exist")
                    .hasMessageContaining("create the role");
        }
    }

    @Test
    void aWrongPasswordIsSaidSo() {
        assertThat(UnusableServerException.refusal(
                        new SQLException("FATAL: password authentication failed for user \"ann\"", "28P01")))
                .hasMessageStartingWith("the database refuses this node: FATAL: password authentication failed")
                .hasMessageContaining("correct user and password");
    }

    @Test
    void aServerThatIsAwayDoesNotAnswer() {
        assertThat(UnusableServerException.refusal(new SQLException("connection refused", "08001")))
                .hasMessage("the database does not answer: connection refused");
    }
}
