package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.ServerFixture;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/** Commands for operator actions, and the commands that operators read before. */
class ActionCommandsTest {
    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static CommandRun run(String... arguments) {
        return CommandRun.on(server.url(), arguments);
    }

    private static String submitted(String type) {
        return server.run(type, ServerFixture.ORDER).text("id");
    }

    private static String deadLetterOf(String workflow) {
        return run("show", workflow, "--json").json().path("deadLetter").asString();
    }

    @Test
    void cancelReportsItsOutcome() {
        String id = submitted("test.parks");

        CommandRun run = run("cancel", id).assertStatus(0);

        assertThat(run.out()).isEqualTo(id + "  COMPENSATING\n");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void cancelReportsAPendingAction() {
        String id = server.startWaiting().text("id");

        CommandRun run = run("cancel", id, "--reason", "ordered twice", "--wait", "0");

        assertThat(run.assertStatus(0).out())
                .isEqualTo(id + "  CANCEL_REQUESTED: still pending, see `./holdfast show " + id + " --url "
                        + server.url() + "`\n");
        assertThat(run("cancel", id, "--wait", "0", "--json").json())
                .hasToString("{\"id\":\"" + id + "\",\"status\":\"CANCEL_REQUESTED\"}");
        assertThat(run("terminate", id, "--reason", "stuck").assertStatus(0).out())
                .isEqualTo(id + "  CANCELLED\n");
    }

    @Test
    void cancelAndTerminateExplainARejection() {
        String id = submitted("test.order");

        for (CommandRun run : List.of(run("cancel", id), run("terminate", id, "--reason", "x", "--json"))) {
            assertThat(run.assertStatus(1).out()).isEmpty();
            assertThat(run.err()).startsWith("WORKFLOW_ENDED: ").contains("COMPLETED");
        }
        assertThat(run("cancel", "nobody").assertStatus(1).err()).startsWith("UNKNOWN_WORKFLOW: ");
        assertThat(run("cancel", id, "--wait", "61").assertStatus(1).err()).startsWith("INVALID_PARAMETER: wait");
        assertThat(run("terminate", id, "--reason", "").assertStatus(1).err()).startsWith("INVALID_INPUT: reason");
        assertThat(run("cancel", id, "--idempotency-key", "a b").assertStatus(1).err())
                .startsWith("INVALID_PARAMETER: Idempotency-Key");
    }

    @Test
    void listPrintsAlignedColumns() {
        String letter = deadLetterOf(submitted("test.bug"));

        List<String> lines = run("dead-letters", "list", "--type", "test.bug")
                .assertStatus(0)
                .lines();

        assertThat(lines.getFirst()).matches("ID +TYPE +CAUSE +STEP +ATTEMPTS +PARKED +ERROR");
        assertThat(lines.get(1))
                .matches(letter + " +test\\.bug +NON_RETRYABLE +\\S+ +\\d +\\S+Z +IllegalStateException: a bug");
    }

    @Test
    void listFiltersAndPages() {
        submitted("test.parks");
        submitted("test.parks");

        CommandRun first = run("dead-letters", "list", "--step", "break", "--limit", "1");
        assertThat(first.assertStatus(0).err()).startsWith("There are more: --cursor ");
        String cursor = first.err().strip().substring("There are more: --cursor ".length());
        CommandRun second = run("dead-letters", "list", "--step", "break", "--limit", "1", "--cursor", cursor);
        assertThat(second.assertStatus(0).lines()).hasSize(2);
        assertThat(second.out()).isNotEqualTo(first.out());
        assertThat(run("dead-letters", "list", "--cause", "poison").lines()).hasSize(1);
        assertThat(run("dead-letters", "list", "--cause", "x").assertStatus(1).err())
                .startsWith("INVALID_PARAMETER: cause");
        assertThat(run("dead-letters", "list", "--json").json().has("items")).isTrue();
    }

    @Test
    void showPrintsAllMembersAndTheStackLast() {
        String workflow = submitted("test.parks");
        String letter = deadLetterOf(workflow);

        CommandRun run = run("dead-letters", "show", letter).assertStatus(0);

        assertThat(run.lines())
                .startsWith("id              " + letter, "workflowId      " + workflow)
                .contains("error           java.lang.IllegalStateException: broken", "open            true", "")
                .noneMatch(line -> line.startsWith("links") || line.startsWith("stack"));
        assertThat(run.out()).containsPattern("\n\njava.lang.IllegalStateException: broken\n\tat ");
        assertThat(run("dead-letters", "show", letter, "--json").json().has("stack"))
                .isTrue();
        assertThat(run("dead-letters", "show", "nobody").assertStatus(1).err()).startsWith("UNKNOWN_DEAD_LETTER: ");
    }

    @Test
    void retryReportsItsOutcomeAndIsAppliedOnce() {
        String workflow = submitted("test.breaks");
        String letter = deadLetterOf(workflow);
        String[] retry = {"dead-letters", "retry", letter, "--reason", "mended", "--idempotency-key", "k1"};

        assertThat(run(retry).assertStatus(0).out()).isEqualTo(workflow + "  QUEUED\n");
        assertThat(run(retry).assertStatus(0).out()).isEqualTo(workflow + "  QUEUED\n");
        CommandRun other = run("dead-letters", "retry", letter, "--reason", "mended");
        assertThat(other.assertStatus(1).err()).startsWith("DEAD_LETTER_CLOSED: ");
        run("result", workflow, "--wait", "20").assertStatus(0);
    }

    @Test
    void discardEndsTheWorkflow() {
        String workflow = submitted("test.parks");
        String letter = deadLetterOf(workflow);

        JsonNode discarded = run("dead-letters", "discard", letter, "--reason", "of no use", "--json")
                .json();

        assertThat(discarded)
                .hasToString("{\"id\":\"" + letter + "\",\"workflowId\":\"" + workflow + "\",\"status\":\"FAILED\"}");
        assertThat(run("result", workflow).assertStatus(1).err()).startsWith("WORKFLOW_FAILED: ");
    }

    @Test
    void nodesPrintsAlignedColumns() {
        List<String> lines = run("nodes").assertStatus(0).lines();

        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst())
                .matches("NAME +VERSION +JOINED +BUCKETS +EPOCH +LOADED +WAITING +LEASE AGE MILLIS");
        assertThat(lines.get(1)).matches("\\S+ +\\S+ +\\S+Z +\\d+ +\\d+ +\\d+ +\\d+ +\\d+");
        assertThat(run("nodes", "--json").json().path("items").size()).isEqualTo(1);
    }
}
