package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.embedded.EmbeddedServer;
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
    void saysSoWhenTheDatabaseIsAway() {
        for (String command : new String[] {"migrate", "serve"}) {
            CommandRun run = CommandRun.of(
                    Map.of("HOLDFAST_PORT", "0"), command, "--database-url", "postgresql://127.0.0.1:1/nothing");

            run.assertStatus(1);
            assertThat(run.err()).contains("127.0.0.1:1");
        }
    }
}
