package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
import dev.holdfast.server.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Client commands, against a running node. */
class ClientCommandsTest {
    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static CommandRun run(String... arguments) {
        return CommandRun.on(server.url(), arguments);
    }

    @Test
    void submitPrintsIdAndStatus() {
        CommandRun run = run("submit", "test.waits", ServerFixture.ORDER).assertStatus(0);

        assertThat(run.out()).matches("h1[0-9a-v]{32}  QUEUED\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void submitWaitsAndPrintsTheResult() {
        CommandRun run =
                run("submit", "test.order", ServerFixture.ORDER, "--wait", "20").assertStatus(0);

        assertThat(run.lines()).hasSize(2);
        assertThat(run.lines().get(0)).endsWith("  COMPLETED");
        assertThat(run.lines().get(1)).isEqualTo("{\"item\":\"book\",\"total\":6}");
    }

    @Test
    void submitTakesADelayAndShowsTheStart() {
        CommandRun run = run("submit", "test.order", ServerFixture.ORDER, "--delay", "2d", "--id", "in-two-days")
                .assertStatus(0);

        assertThat(run.out()).isEqualTo("in-two-days  QUEUED\n");
        assertThat(run("show", "in-two-days").out()).contains("QUEUED").contains("timer until ");
        assertThat(run("list", "--waiting-for", "timer").out()).contains("in-two-days");
        run("cancel", "in-two-days", "--wait", "20").assertStatus(0);
    }

    @Test
    void submitTakesKeyIdLabelsAndJson() {
        JsonNode byKey = run("submit", "test.order", ServerFixture.ORDER, "--idempotency-key", "k1", "--json")
                .json();
        JsonNode again = run("submit", "test.order", ServerFixture.ORDER, "--idempotency-key", "k1", "--json")
                .json();
        JsonNode byId = run(
                        "submit",
                        "test.order",
                        ServerFixture.ORDER,
                        "--id",
                        "my:id",
                        "--label",
                        "a=b c",
                        "--label",
                        "d=é&=",
                        "--json")
                .json();

        assertThat(again.path("id")).isEqualTo(byKey.path("id"));
        assertThat(byId.path("id").asString()).isEqualTo("my:id");
        assertThat(run("show", "my:id", "--json").json().path("labels")).hasToString("{\"a\":\"b c\",\"d\":\"é&=\"}");
    }

    @Test
    void submitReadsFiles(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("order.json"), ServerFixture.ORDER);

        run("submit", "test.order", "@" + file).assertStatus(0);
        CommandRun missing =
                run("submit", "test.order", "@" + directory.resolve("nothing")).assertStatus(2);
        assertThat(missing.err())
                .startsWith("INPUT is @")
                .contains("nothing, which cannot be read: there is no such file");
    }

    @Test
    void submitReportsARejectionAndItsFix() {
        CommandRun unknown = run("submit", "test.nothing", "{}").assertStatus(1);
        assertThat(unknown.out()).isEmpty();
        assertThat(unknown.err().lines())
                .hasSize(2)
                .first()
                .asString()
                .startsWith("UNKNOWN_DEFINITION: no workflow definition \"test.nothing\"");

        assertThat(unknown.err()).contains("./holdfast definitions").doesNotContain("GET /");
        CommandRun wrong = run("submit", "test.order", "{\"quantity\":\"x\"}").assertStatus(1);
        assertThat(wrong.err())
                .startsWith("INVALID_INPUT: ")
                .contains("quantity")
                .hasLineCount(1);
        assertThat(run("submit", "test.order", "{\"item\":\"book\",x}")
                        .assertStatus(1)
                        .err())
                .isEqualTo("INVALID_INPUT: the input is not valid JSON at line 1, column 16\n");
    }

    @Test
    void submitFailsWithTheWorkflow() {
        CommandRun run =
                run("submit", "test.fails", ServerFixture.ORDER, "--wait", "20").assertStatus(1);

        assertThat(run.out()).endsWith("  FAILED\n");
        assertThat(run.err()).isEqualTo("WorkflowFailedException: no book left\n");
    }

    @Test
    void listPrintsAlignedColumns() {
        run("submit", "test.order", ServerFixture.ORDER, "--label", "list=1", "--wait", "20");
        run("submit", "test.parks", ServerFixture.ORDER, "--label", "list=1", "--wait", "20");

        List<String> lines = run("list", "--label", "list=1").assertStatus(0).lines();

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("ID ").endsWith("LAST ERROR");
        int status = lines.get(0).indexOf("STATUS");
        assertThat(lines.get(1).substring(status))
                .startsWith("DEAD_LETTERED")
                .endsWith("IllegalStateException: broken");
        assertThat(lines.get(2).substring(status)).startsWith("COMPLETED ").endsWith("  -");
        assertThat(lines).allMatch(line -> line.equals(line.stripTrailing()));
    }

    @Test
    void listFiltersAndPages() {
        run("submit", "test.order", ServerFixture.ORDER, "--label", "page=1", "--wait", "20");
        run("submit", "test.fails", ServerFixture.ORDER, "--label", "page=1", "--wait", "20");

        assertThat(run("list", "--label", "page=1", "--status", "FAILED").lines())
                .hasSize(2);
        assertThat(run("list", "--label", "page=1", "--type", "test.order").lines())
                .hasSize(2);
        CommandRun first = run("list", "--label", "page=1", "--limit", "1").assertStatus(0);
        assertThat(first.err()).startsWith("There are more: --cursor ");
        String cursor = first.err().strip().substring("There are more: --cursor ".length());
        CommandRun second = run("list", "--label", "page=1", "--limit", "1", "--cursor", cursor)
                .assertStatus(0);
        assertThat(second.lines().get(1)).contains("test.order");
        assertThat(second.err()).isEmpty();
        assertThat(run("list", "--json").json().has("items")).isTrue();
    }

    @Test
    void listFiltersByWhatIsAwaited() {
        String id = server.startAwaiting();

        for (String wait : List.of("signal", "signal:approval")) {
            assertThat(run("list", "--waiting-for", wait).assertStatus(0).out()).contains(id);
        }
        assertThat(run("list", "--waiting-for", "signal:other").lines()).hasSize(1);
    }

    @Test
    void showPrintsOneMemberPerLine() {
        String id = server.run("test.parks", ServerFixture.ORDER).text("id");

        List<String> lines = run("show", id).assertStatus(0).lines();

        assertThat(lines)
                .contains("id          " + id, "status      DEAD_LETTERED", "lastError   IllegalStateException: broken")
                .noneMatch(line -> line.startsWith("links"));
        assertThat(run("show", "nobody").assertStatus(1).err()).startsWith("UNKNOWN_WORKFLOW: ");
    }

    @Test
    void showExplainsAnUnfinishedWorkflowAndNamesCommands() {
        String id = server.run("test.parks", ServerFixture.ORDER).text("id");

        List<String> lines = run("show", id).assertStatus(0).lines();

        assertThat(lines).contains("RETRIES_EXHAUSTED: the last attempt of the retry policy has failed.");
        String retry = lines.stream()
                .filter(line -> line.contains("./holdfast dead-letters retry "))
                .findFirst()
                .orElseThrow();
        String[] typed = retry.substring(retry.indexOf("dead-letters")).split(" ");
        assertThat(CommandRun.of(typed).assertStatus(0).out()).isEqualTo(id + "  QUEUED\n");
    }

    @Test
    void showSaysWhichBodyRuns() {
        String id = server.post("/v1/workflows/test.waits", ServerFixture.ORDER).text("id");
        Deadline.until(() -> run("history", id).out(), out -> out.contains("started"));

        assertThat(run("show", id).assertStatus(0).out())
                .contains("\nThe body of step wait (position 0) runs on node ");
    }

    @Test
    void historyPrintsWhatHappened() {
        String id = server.run("test.order", ServerFixture.ORDER).text("id");

        List<String> lines = run("history", id).assertStatus(0).lines();

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).matches("SEQ +POSITION +KIND +NAME +STATE +ATTEMPT +STARTED +TOOK +ERROR");
        assertThat(lines.get(1)).matches("1 +0 +step +price +succeeded +1 +\\S+Z +[\\d.]+ m?s +-");
        assertThat(lines.get(2)).matches("\\d +- +decision +end +COMPLETED +.*");
        assertThat(run("history", id, "--json").json().path("items").size()).isEqualTo(2);
    }

    @Test
    void historyExportsAllValues() {
        String id = server.run("test.order", ServerFixture.ORDER).text("id");

        List<String> lines = run("history", id, "--export").assertStatus(0).lines();

        assertThat(lines.getFirst())
                .startsWith("{\"holdfast-history\":1,")
                .contains("\"input\":" + ServerFixture.ORDER);
        assertThat(lines.getLast()).isEqualTo("{\"records\":" + (lines.size() - 2) + "}");
        assertThat(run("history", "nope", "--export").assertStatus(1).err()).contains("UNKNOWN_WORKFLOW");
        assertThat(run("history", id, "--export", "--cursor", "3")
                        .assertStatus(2)
                        .err())
                .contains("an export is always whole");
    }

    @Test
    void historyShowsTimersAndSignals() {
        String slept = server.startSleeping();
        String awaited = server.startAwaiting();
        server.post("/v1/workflows/" + awaited + "/signals/approval", "{\"by\":\"ann\"}");
        run("result", awaited, "--wait", "20").assertStatus(0);

        assertThat(run("history", slept).assertStatus(0).lines().get(1))
                .matches("1 +- +timer +sleep +waiting +- +\\S+Z +- +-");
        List<String> lines = run("history", awaited).assertStatus(0).lines();
        assertThat(lines.get(1)).matches("1 +- +signal +approval +awaited +- +\\S+Z +- +-");
        assertThat(lines.get(2)).matches("2 +- +signal +approval +received +- +\\S+Z +- +-");
        assertThat(lines.get(3)).matches("3 +- +signal +approval +taken +- +\\S+Z +- +-");
        assertThat(lines.get(4)).matches("4 +- +decision +end +COMPLETED +- +\\S+Z +- +-");
    }

    @Test
    void showSaysWhatAWorkflowWaitsFor() {
        String slept = server.startSleeping();
        String awaited = server.startAwaiting();

        assertThat(run("show", slept).assertStatus(0).out())
                .containsPattern("\nwaitingFor  timer until \\S+Z\n")
                .containsPattern("\nThe workflow is waiting until \\S+Z\\.\n");
        assertThat(run("show", awaited).assertStatus(0).out())
                .containsPattern("\nwaitingFor  signal approval until \\S+Z\n")
                .containsPattern("\nThe workflow is waiting for signal approval until \\S+Z\\.\n")
                .contains("`./holdfast signal " + awaited + " approval PAYLOAD --url ");
    }

    @Test
    void resultPrintsTheBareResult() {
        String id = server.run("test.order", ServerFixture.ORDER).text("id");

        assertThat(run("result", id, "--wait", "20").assertStatus(0).out())
                .isEqualTo("{\"item\":\"book\",\"total\":6}\n");
    }

    @Test
    void resultFailsWhereThereIsNone() {
        String parked = server.run("test.parks", ServerFixture.ORDER).text("id");
        String failed = server.run("test.fails", ServerFixture.ORDER).text("id");

        CommandRun notYet = run("result", parked).assertStatus(1);
        assertThat(notYet.out()).isEmpty();
        assertThat(notYet.err()).isEqualTo("There is no result yet: DEAD_LETTERED\n");
        assertThat(run("result", parked, "--json").assertStatus(1).out()).isEqualTo("{\"status\":\"DEAD_LETTERED\"}\n");
        assertThat(run("result", failed).assertStatus(1).err()).startsWith("WORKFLOW_FAILED: no book left");
    }

    @Test
    void takesTheUrlFromTheEnvironment() {
        CommandRun.of(Map.of("HOLDFAST_URL", server.url() + "/"), "list").assertStatus(0);
    }
}
