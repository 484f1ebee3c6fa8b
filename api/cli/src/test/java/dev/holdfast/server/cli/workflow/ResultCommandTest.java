package dev.holdfast.server.cli.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.cli.ScriptedServer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code result} on a node that goes and comes back. */
@Timeout(60)
class ResultCommandTest {
    private static final String PATH = "/v1/workflows/a/result";
    private static final String NOT_READY = "{'code':'NODE_NOT_READY','retryable':true,'detail':'it starts'}";
    private final Map<String, String> responses =
            new ConcurrentHashMap<>(Map.of(PATH + "?wait=0", "{'status':'RUNNING'}"));

    @Test
    void waitsThroughARestartOfTheNode() throws Exception {
        ScriptedServer node = new ScriptedServer(responses, 0, 202);
        int port = node.port();
        node.otherwise("{'status':'RUNNING'}");
        try (LiveRun result = new LiveRun("result", "a", "--wait", "60", "--url", node.url())) {
            node.awaitRequest(PATH + "?wait=60");
            node.close();
            result.awaitErr("Waiting until it responds again.");
            try (ScriptedServer again = new ScriptedServer(Map.of(), port, 200)) {
                again.otherwise("{'total':6}");
                CommandRun run = result.end().assertStatus(0);

                assertThat(run.out()).isEqualTo("{\"total\":6}\n");
                assertThat(run.err()).containsOnlyOnce("Waiting until").endsWith("The node responds again.\n");
            }
        }
    }

    @Test
    void doesNotWaitForANodeThatIsNotThere() {
        CommandRun run = CommandRun.of("result", "a", "--wait", "60", "--url", "http://127.0.0.1:1");

        assertThat(run.assertStatus(1).err()).startsWith("No server responds at ");
    }

    /** Right after a restart: the server listens before its engine has joined. */
    @Test
    void waitsForANodeThatIsStarting() throws Exception {
        responses.put(PATH + "?wait=0", NOT_READY);
        try (ScriptedServer node = new ScriptedServer(responses)) {
            node.otherwise(NOT_READY);
            try (LiveRun result = new LiveRun("result", "a", "--wait", "60", "--url", node.url())) {
                result.awaitErr("NODE_NOT_READY: it starts");
                node.otherwise("{'total':6}");
                CommandRun run = result.end().assertStatus(0);

                assertThat(run.out()).isEqualTo("{\"total\":6}\n");
                assertThat(run.err())
                        .isEqualTo("NODE_NOT_READY: it starts Waiting until it responds.\nThe node responds.\n");
            }
        }
    }

    @Test
    void aNodeThatDoesNotGetReadyIsTheErrorAtTheEnd() {
        responses.put(PATH + "?wait=0", NOT_READY);
        try (ScriptedServer node = new ScriptedServer(responses)) {
            node.otherwise(NOT_READY);
            for (String seconds : List.of("0", "1")) {
                CommandRun run = CommandRun.of("result", "a", "--wait", seconds, "--url", node.url());

                assertThat(run.assertStatus(1).err())
                        .endsWith("NODE_NOT_READY: it starts\n`./holdfast health` says why. Wait, or set --url to"
                                + " another node.\n");
                assertThat(run.err().contains("Waiting until")).isEqualTo(seconds.equals("1"));
            }
        }
    }

    @Test
    void doesNotWaitForAWorkflowThatIsUnknown() {
        responses.put(PATH + "?wait=0", "{'code':'UNKNOWN_WORKFLOW','retryable':false,'detail':'none'}");
        try (ScriptedServer node = new ScriptedServer(responses)) {
            CommandRun run = CommandRun.of("result", "a", "--wait", "60", "--url", node.url());

            assertThat(run.assertStatus(1).err()).startsWith("UNKNOWN_WORKFLOW: none\n");
        }
    }

    @Test
    void saysWhatItWaitedForAtTheEnd() {
        try (ScriptedServer node = new ScriptedServer(responses, 0, 202)) {
            node.otherwise("{'status':'WAITING'}");
            CommandRun run = CommandRun.of("result", "a", "--wait", "1", "--url", node.url());

            assertThat(run.assertStatus(1).err()).isEqualTo("There is no result yet: WAITING\n");
        }
    }
}
