package dev.holdfast.server.cli.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.cli.CommandRun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The command signal, against a running node. */
class SignalCommandTest {
    private static final String BY_ANN = "{\"by\":\"ann\"}";

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static CommandRun run(String... arguments) {
        return CommandRun.on(server.url(), arguments);
    }

    private static void assertResult(String workflow, String expected) {
        assertThat(run("result", workflow, "--wait", "20").assertStatus(0).out())
                .isEqualTo(expected + "\n");
    }

    @Test
    void saysWhatItSent() {
        String id = server.startAwaiting();

        CommandRun run = run("signal", id, "approval", BY_ANN).assertStatus(0);

        assertThat(run.out()).matches(id + "  SENT: signal approval with the id [0-9a-f-]{36}\n");
        assertThat(run.err()).isEmpty();
        assertResult(id, BY_ANN);
    }

    @Test
    void isSentOnceUnderAKey() {
        String id = server.startAwaiting();
        String[] signal = {"signal", id, "approval", BY_ANN, "--idempotency-key", "k1", "--json"};

        JsonNode first = run(signal).json();
        assertResult(id, BY_ANN);

        assertThat(first.path("id").asString()).isEqualTo(id);
        assertThat(run(signal).json()).isEqualTo(first);
        assertThat(run("history", id).out()).containsOnlyOnce("received");
    }

    @Test
    void sendsAnEmptyObjectWithoutAPayload() {
        String id = server.startAwaiting();

        run("signal", id, "approval").assertStatus(0);

        assertResult(id, "{\"by\":null}");
    }

    @Test
    void readsFilesAndStandardInput(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("approval.json"), BY_ANN);
        String fromFile = server.startAwaiting();
        run("signal", fromFile, "approval", "@" + file).assertStatus(0);
        assertResult(fromFile, BY_ANN);

        CommandRun missing = run("signal", fromFile, "approval", "@" + directory.resolve("nothing"))
                .assertStatus(2);
        assertThat(missing.err())
                .startsWith("PAYLOAD is @")
                .contains("nothing, which cannot be read: there is no such file");

        String piped = server.startAwaiting();
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(BY_ANN.getBytes(StandardCharsets.UTF_8)));
        try {
            run("signal", piped, "approval", "-").assertStatus(0);
        } finally {
            System.setIn(before);
        }
        assertResult(piped, BY_ANN);
    }

    @Test
    void explainsARejection() {
        String ended = server.run("test.order", ServerFixture.ORDER).text("id");
        String waits = server.startAwaiting();

        assertThat(run("signal", "nobody", "approval").assertStatus(1).err())
                .startsWith("UNKNOWN_WORKFLOW: ")
                .contains("./holdfast list");
        assertThat(run("signal", ended, "approval").assertStatus(1).err())
                .startsWith("WORKFLOW_ENDED: workflow " + ended + " has ended as COMPLETED")
                .contains("./holdfast show");
        assertThat(run("signal", waits, "approval", "{by:ann}").assertStatus(1).err())
                .startsWith("INVALID_INPUT: the input is not valid JSON at line 1, column ");
        assertThat(run("signal", waits, "approval", "null").assertStatus(1).err())
                .isEqualTo("INVALID_INPUT: the payload of the signal is null: expected a value\n");
        assertThat(run("signal", waits, "approval", "\"" + "a".repeat(300_000) + "\"")
                        .assertStatus(1)
                        .err())
                .startsWith("TOO_LARGE: the payload of the signal has 300002 bytes: the limit is 262144;");
    }
}
