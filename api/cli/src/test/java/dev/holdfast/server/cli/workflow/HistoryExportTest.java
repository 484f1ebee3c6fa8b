package dev.holdfast.server.cli.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.cli.ScriptedServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An export is passed on as it is, and one that was cut off is no success. */
class HistoryExportTest {
    private static final String WHOLE = "{\"holdfast-history\":1}\n{\"seq\":1,\"text\":\"\u00fc\"}\n{\"records\":1}\n";

    private static CommandRun export(String response) {
        try (ScriptedServer server = new ScriptedServer(Map.of("/v1/workflows/a/export", response))) {
            return CommandRun.on(server.url(), "history", "a", "--export");
        }
    }

    @Test
    void isPassedOnAsItIs() {
        assertThat(export(WHOLE).assertStatus(0).out()).isEqualTo(WHOLE);
    }

    @Test
    void oneThatWasCutOffFails() {
        String cut = WHOLE.substring(0, WHOLE.indexOf("{\"records"));
        assertThat(export(cut).assertStatus(1).err()).contains("cut off the export", "Run the command again");
    }
}
