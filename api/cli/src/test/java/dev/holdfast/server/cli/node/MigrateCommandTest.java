package dev.holdfast.server.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.embedded.EmbeddedServer;
import dev.holdfast.server.cli.CommandRun;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MigrateCommandTest {
    @Test
    void bringsADatabaseUpToDateOnce() {
        try (EmbeddedServer database = EmbeddedServer.temporary()) {
            CommandRun first = CommandRun.of("migrate", "--database-url", database.psqlUrl());
            CommandRun again = CommandRun.of(Map.of("HOLDFAST_DATABASE_URL", database.jdbcUrl()), "migrate");

            assertThat(first.assertStatus(0).out()).matches("Migrations applied: [1-9]\\d*\\.\n");
            assertThat(again.assertStatus(0).out()).isEqualTo("The schema is up to date.\n");
        }
    }

    @Test
    void aDryRunPrintsWhatWouldRunAndChangesNothing() {
        try (EmbeddedServer database = EmbeddedServer.temporary()) {
            String[] dryRun = {"migrate", "--dry-run", "--database-url", database.psqlUrl()};
            String script = CommandRun.of(dryRun).assertStatus(0).out();
            assertThat(script)
                    .startsWith("-- From version 0 to ")
                    .containsSubsequence("-- V1__tables.sql\n", "create table holdfast.open_workflow", "-- V2__");
            assertThat(CommandRun.of(dryRun).assertStatus(0).out()).isEqualTo(script);

            CommandRun.of("migrate", "--database-url", database.psqlUrl()).assertStatus(0);
            assertThat(CommandRun.of(dryRun).assertStatus(0).out()).isEqualTo("-- The schema is up to date.\n");
        }
    }

    @Test
    void aNewerSchemaIsRejectedByAllWriters() throws SQLException {
        try (EmbeddedServer database = EmbeddedServer.temporary()) {
            CommandRun.of("migrate", "--database-url", database.psqlUrl()).assertStatus(0);
            try (Connection connection = DriverManager.getConnection(database.jdbcUrl());
                    Statement statement = connection.createStatement()) {
                statement.execute("insert into holdfast.migration (installed_rank, version, description, type, script,"
                        + " checksum, installed_by, execution_time, success)"
                        + " values (900, '900', 'later', 'SQL', 'V900__later.sql', 1, 'me', 1, true)");
            }
            for (String command : new String[] {"migrate", "migrate --dry-run", "serve --port 0"}) {
                String[] line = (command + " --database-url " + database.psqlUrl()).split(" ");
                assertThat(CommandRun.of(line).assertStatus(1).err())
                        .contains("is at version 900", "a newer build has migrated it", "Start that build");
            }
        }
    }

    @Test
    void saysSoWhenTheDatabaseIsAway() {
        for (String command : new String[] {"migrate", "serve"}) {
            CommandRun run = CommandRun.of(
                    Map.of("HOLDFAST_PORT", "0"), command, "--database-url", "postgresql://127.0.0.1:1/nothing");

            run.assertStatus(1);
            assertThat(run.err()).contains("127.0.0.1:1");
        }
    }
}
