package dev.holdfast.server.cli.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.cli.CommandRun;
import dev.holdfast.server.cli.ScriptedServer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code result} on a node that goes and comes back. */
@Timeout(60)
class ResultCommandTest {
    private static final String PATH = "/v1/workflows/a/result";
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

    @Test
    void saysWhatItWaitedForAtTheEnd() {
        try (ScriptedServer node = new ScriptedServer(responses, 0, 202)) {
            node.otherwise("{'status':'WAITING'}");
            CommandRun run = CommandRun.of("result", "a", "--wait", "1", "--url", node.url());

            assertThat(run.assertStatus(1).err()).isEqualTo("There is no result yet: WAITING\n");
        }
    }
}
