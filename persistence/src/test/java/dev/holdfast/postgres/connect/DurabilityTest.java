package dev.holdfast.postgres.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.embedded.RestartableServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DurabilityTest {
    @Test
    void namesWhatIsWeakAndItsValue(@TempDir Path directory) throws SQLException {
        try (RestartableServer server = new RestartableServer(directory.resolve("data"))) {
            DataSource source = new Connector(DatabaseSettings.of(server.jdbcUrl()), "test").plain();
            assertThat(Durability.weaknesses(source)).isEmpty();

            for (String level : new String[] {"off", "local", "remote_write"}) {
                setForAll(source, level);
                assertThat(Durability.weaknesses(source))
                        .singleElement()
                        .asString()
                        .startsWith("synchronous_commit is " + level + " (database)");
            }
            setForAll(source, "remote_apply");
            assertThat(Durability.weaknesses(source)).isEmpty();

            server.stop(RestartableServer.Mode.FAST);
            server.startWith("fsync=off", "full_page_writes=off");
            assertThat(Durability.weaknesses(source))
                    .satisfiesExactly(
                            first -> assertThat(first).startsWith("fsync is off (command line): a crash"),
                            second -> assertThat(second).startsWith("full_page_writes is off (command line): a crash"));
        }
    }

    private static void setForAll(DataSource source, String level) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("alter database postgres set synchronous_commit = " + level);
        }
    }
}
