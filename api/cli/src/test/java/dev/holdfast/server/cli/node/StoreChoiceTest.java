package dev.holdfast.server.cli.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.cli.CommandRun;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code --store}, if it is rejected. Otherwise a node would start and wait. */
@Timeout(20)
class StoreChoiceTest {
    private static final String URL = "postgresql://127.0.0.1:1/nothing";

    @ParameterizedTest
    @ValueSource(strings = {"dev", "serve --database-url " + URL})
    void thereAreTwoStores(String command) {
        CommandRun run = CommandRun.of((command + " --store disk").split(" ")).assertStatus(2);

        assertThat(run.err()).contains("store is disk: expected postgres or memory");
        assertThat(CommandRun.of(Map.of("HOLDFAST_STORE", "Memory"), command.split(" "))
                        .assertStatus(2)
                        .err())
                .contains("Memory", "expected postgres or memory");
    }

    @Test
    void serveTakesMemoryFromItsCommandLineOnly() {
        CommandRun run =
                CommandRun.of(Map.of("HOLDFAST_STORE", "memory"), "serve").assertStatus(2);

        assertThat(run.err()).contains("HOLDFAST_STORE is memory").contains("expects --store memory");
    }

    @Test
    void serveTakesNoDatabaseBesidesMemory() {
        CommandRun run = CommandRun.of("serve", "--store", "memory", "--database-url", URL);

        assertThat(run.assertStatus(2).err()).contains("store is memory, but database-url is set");
    }

    @Test
    void serveTakesNoDatabaseOfTheEnvironmentBesidesMemory() {
        CommandRun run = CommandRun.of(Map.of("HOLDFAST_DATABASE_URL", URL), "serve", "--store", "memory");

        assertThat(run.assertStatus(2).err()).contains("store is memory, but database-url is set");
    }

    @Test
    void serveOnPostgresNeedsADatabase() {
        assertThat(CommandRun.of("serve").assertStatus(2).err()).contains("no database is given", "--database-url");
        assertThat(CommandRun.of("serve", "--store", "postgres", "--database-url", URL)
                        .assertStatus(1)
                        .err())
                .contains("127.0.0.1:1");
    }
}
