package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.Deadline;
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
    }

    @Test
    void listPrintsAlignedColumns() {
        String workflow = submitted("test.bug");

        List<String> lines = run("dead-letters", "list", "--type", "test.bug")
                .assertStatus(0)
                .lines();

        assertThat(lines.getFirst()).matches("WORKFLOW +TYPE +CAUSE +STEP +ERROR");
        assertThat(lines.get(1)).matches(workflow + " +test\\.bug +NON_RETRYABLE +\\S+ +IllegalStateException: a bug");
        assertThat(lines).allMatch(line -> line.length() <= 100);
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
        assertThat(run("dead-letters", "show", "nobody").assertStatus(1).err())
                .startsWith("UNKNOWN_DEAD_LETTER: no dead letter and no workflow has the id nobody");
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
    void aDoubtIsRetriedWithAnExplicitYes() {
        String workflow = submitted("test.doubts");
        String letter = deadLetterOf(workflow);
        CommandRun shown = run("show", workflow).assertStatus(0);
        assertThat(shown.out())
                .contains("IN_DOUBT: a step may have had its effect")
                .contains("dead-letters retry " + letter + " --run-again-anyway")
                .doesNotContain("cancel and compensate");

        CommandRun refused = run("dead-letters", "retry", letter, "--reason", "mended");
        assertThat(refused.assertStatus(1).err()).startsWith("STEP_IN_DOUBT: ").contains("--run-again-anyway");
        run("dead-letters", "retry", letter, "--reason", "looked", "--run-again-anyway")
                .assertStatus(0);
        run("result", workflow, "--wait", "20").assertStatus(0);
        assertThat(run("history", workflow).out()).contains("in-doubt").contains("StepTimeoutException: the");
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
    void deadLettersAreFoundByTheirWorkflow() {
        String workflow = submitted("test.parks");
        String letter = deadLetterOf(workflow);

        assertThat(run("dead-letters", "show", workflow).assertStatus(0).lines())
                .startsWith("id              " + letter);
        assertThat(run("dead-letters", "retry", workflow, "--reason", "mended")
                        .assertStatus(0)
                        .out())
                .startsWith(workflow + "  ");
        Deadline.until(() -> deadLetterOf(workflow), next -> !next.isEmpty() && !next.equals(letter));
        assertThat(run("dead-letters", "discard", workflow, "--reason", "of no use")
                        .assertStatus(0)
                        .out())
                .isEqualTo(workflow + "  FAILED\n");
        assertThat(run("dead-letters", "discard", workflow, "--reason", "of no use")
                        .assertStatus(1)
                        .err())
                .startsWith("The workflow " + workflow + " has no open dead letter: it is FAILED.");
    }

    @Test
    void showSaysWhoDiscardedAndCancelledAndWhy() {
        String workflow = submitted("test.parks");
        String id = deadLetterOf(workflow);
        run("dead-letters", "discard", id, "--reason", "of no use").assertStatus(0);
        String cancelled = server.startWaiting().text("id");
        run("terminate", cancelled, "--reason", "stuck").assertStatus(0);

        assertThat(run("show", workflow).assertStatus(0).out())
                .containsPattern("\nIts dead letter was discarded by anonymous at \\S+Z: of no use\n")
                .contains("It was parked because of this error: ");
        assertThat(run("show", cancelled).assertStatus(0).out())
                .containsPattern("\nThe workflow was cancelled by anonymous at \\S+Z: stuck\n");
    }

    @Test
    void nodesPrintsAlignedColumns() {
        List<String> lines = run("nodes").assertStatus(0).lines();

        assertThat(lines).hasSize(2);
        assertThat(lines.getFirst())
                .matches("NAME +VERSION +JOINED +DEFINITIONS +BUCKETS +EPOCH +LOADED +WAITING +LEASE AGE");
        assertThat(lines.get(1)).matches("\\S+ +\\S+ +\\S+Z +\\d+ +\\d+ +\\d+ +\\d+ +\\d+ +[\\d.]+ m?s");
        assertThat(run("nodes", "--json").json().path("items").size()).isEqualTo(1);
    }
}
