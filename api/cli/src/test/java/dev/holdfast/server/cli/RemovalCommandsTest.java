package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.ServerFixture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The commands that remove ended workflows, and those for retention rules. */
class RemovalCommandsTest {
    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    private static CommandRun run(String... arguments) {
        return CommandRun.on(server.url(), arguments);
    }

    private static String submitted(String type) {
        return server.run(type, ServerFixture.ORDER).text("id");
    }

    @Test
    void eraseReportsItsOutcome() {
        String id = submitted("test.order");

        CommandRun run = run("erase", id, "--reason", "asked for by the customer & the law")
                .assertStatus(0);

        assertThat(run.out())
                .isEqualTo(id + "  ERASED: all its data is deleted, except its audit rows; its key and id stay"
                        + " taken\n");
        assertThat(run.err()).isEmpty();
        assertThat(run("show", id).assertStatus(1).err()).startsWith("UNKNOWN_WORKFLOW: ");
        assertThat(run("erase", id, "--reason", "x").assertStatus(1).err()).startsWith("UNKNOWN_WORKFLOW: ");
    }

    @Test
    void scrubReportsItsOutcome() {
        String id = submitted("test.fails");

        CommandRun run = run("scrub", id, "--reason", "the law").assertStatus(0);

        assertThat(run.out())
                .startsWith(id + "  SCRUBBED: ")
                .contains("input, values and result are null", "times and labels stay");
        assertThat(run("show", id).assertStatus(0).out()).contains("scrubbed").doesNotContain("no book left");
        assertThat(run("scrub", id, "--reason", "the law", "--json").json())
                .hasToString("{\"id\":\"" + id + "\",\"status\":\"SCRUBBED\"}");
    }

    @Test
    void bothExplainARejection() {
        String id = submitted("test.parks");
        for (String action : new String[] {"erase", "scrub"}) {
            CommandRun rejected = run(action, id, "--reason", "x", "--json").assertStatus(1);
            assertThat(rejected.out()).isEmpty();
            assertThat(rejected.err()).startsWith("WORKFLOW_OPEN: ").contains("DEAD_LETTERED", "terminate it first");
            assertThat(run(action, id, "--reason", " ").assertStatus(2).err()).contains("reason");
            assertThat(run(action, id, "--reason", "x", "--wait", "61")
                            .assertStatus(2)
                            .err())
                    .startsWith("--wait is 61: ");
            assertThat(run(action, id, "--reason", "x", "--idempotency-key", "a b")
                            .assertStatus(2)
                            .err())
                    .startsWith("--idempotency-key is ");
        }
        run("show", id).assertStatus(0);
    }

    @Test
    void rulesAreSetListedAndDropped() {
        assertThat(run("retention", "list").assertStatus(0).lines()).containsExactly("DEFINITION  STATUS  KEEP");

        assertThat(run("retention", "set", "orders", "30d", "--reason", "tidy")
                        .assertStatus(0)
                        .out())
                .isEqualTo("orders  *  kept: 30 days\n");
        run("retention", "set", "orders", "failed", "P180D", "--reason", "the auditors")
                .assertStatus(0);
        assertThat(run("retention", "set", "*", "forever", "--reason", "as it was", "--json")
                        .json())
                .hasToString("{\"definition\":\"*\",\"status\":\"*\",\"keep\":\"forever\"}");
        assertThat(run("retention", "list").assertStatus(0).lines())
                .containsExactly(
                        "DEFINITION  STATUS  KEEP",
                        "*           *       forever",
                        "orders      *       30 days",
                        "orders      FAILED  180 days");
        assertThat(run("retention", "list", "--json").json().path("items").size())
                .isEqualTo(3);

        assertThat(run("retention", "drop", "orders", "FAILED", "--reason", "tidy")
                        .assertStatus(0)
                        .out())
                .isEqualTo("orders  FAILED  dropped, was kept: 180 days\n");
        assertThat(run("retention", "drop", "orders", "FAILED", "--reason", "tidy")
                        .assertStatus(1)
                        .err())
                .startsWith("UNKNOWN_RETENTION_RULE: ");
        run("retention", "drop", "orders", "--reason", "tidy").assertStatus(0);
        run("retention", "drop", "*", "--reason", "tidy").assertStatus(0);
        assertThat(run("retention", "list").lines()).hasSize(1);
    }

    @Test
    void aRuleForADefinitionThatTheNodeDoesNotKnowIsSetWithAWarning() {
        CommandRun mistyped =
                run("retention", "set", "test.ordre", "30d", "--reason", "tidy").assertStatus(0);
        assertThat(mistyped.out()).isEqualTo("test.ordre  *  kept: 30 days\n");
        assertThat(mistyped.err())
                .startsWith("The node knows no definition \"test.ordre\", so the rule may match nothing: ./holdfast"
                        + " definitions");

        for (String known : new String[] {"test.order", "*"}) {
            assertThat(run("retention", "set", known, "30d", "--reason", "tidy")
                            .assertStatus(0)
                            .err())
                    .isEmpty();
            run("retention", "drop", known, "--reason", "tidy").assertStatus(0);
        }
        run("retention", "drop", "test.ordre", "--reason", "tidy").assertStatus(0);
    }

    @Test
    void rulesThatCannotBeAreRejected() {
        assertThat(run("retention", "set", "orders", "23h", "--reason", "x")
                        .assertStatus(2)
                        .err())
                .startsWith("KEEP is 23h: expected 1 day to 100 years, or forever\n");
        assertThat(run("retention", "set", "orders", "RUNNING", "30d", "--reason", "x")
                        .assertStatus(2)
                        .err())
                .startsWith("STATUS is RUNNING: expected one of completed, failed, cancelled, *\n");
        assertThat(run("retention", "set", "orders", "soon", "--reason", "x")
                        .assertStatus(2)
                        .err())
                .startsWith("KEEP is soon: expected a time such as 30d, or forever\n");
    }
}
