package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Case 20: a cancel reaches a workflow that waits, with its node alive or dead, and each compensation is done once. */
@Timeout(120)
final class CancelledWaitTest {
    private static final String ID = "w1";
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final ActionOptions WHY =
            ActionOptions.because("the customer left").by("ann");

    private final Database database = Database.create();

    @AfterEach
    void drop() {
        database.close();
    }

    private NodeProcess launch() {
        return NodeProcess.launch(database.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR)
                .awaitStarted();
    }

    private Holdfast gateway() {
        return PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl()).nodeName("gateway"))
                .start();
    }

    private void submit(NodeProcess node, boolean signal, boolean gated) {
        node.send("id %s test.waiting-saga {\"signal\":%s,\"gated\":%s}".formatted(ID, signal, gated));
        Eventually.until(
                "it is unloaded",
                () -> database.holds("select exists (select from holdfast.open_workflow where status = 'WAITING')"));
    }

    private void requireCancelled(Holdfast gateway, String... ran) {
        Eventually.until("it is cancelled", () -> gateway.admin().find(ID).status() == WorkflowStatus.CANCELLED);
        assertThat(database.rows("select step from probe.ledger order by id")).containsExactly(ran);
        assertThat(database.rows("select name from holdfast.log where compensates_position is not null"
                        + " group by name, event_attempt having count(*) > 1"))
                .as("attempts that were recorded twice")
                .isEmpty();
        new Invariants(database).requireAtRest();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCancelEndsAWait(boolean signal) {
        try (NodeProcess node = launch();
                Holdfast gateway = gateway()) {
            submit(node, signal, false);
            assertThat(gateway.admin().cancel(ID, WHY, WAIT)).contains(WorkflowStatus.COMPENSATING);
            requireCancelled(gateway, "first", "second", "undo-second", "undo-first");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aCancelThatIsSentWhileNoNodeRunsEndsAWaitOnTheNext(boolean signal) {
        try (Holdfast gateway = gateway()) {
            try (NodeProcess node = launch()) {
                submit(node, signal, false);
                node.kill();
            }
            assertThat(gateway.admin().cancel(ID, WHY, Duration.ZERO)).isEmpty();
            try (NodeProcess node = launch()) {
                requireCancelled(gateway, "first", "second", "undo-second", "undo-first");
                assertThat(node.isAlive()).isTrue();
            }
        }
    }

    @Test
    void aNodeThatIsKilledInACompensationRepeatsOnlyThatOne() {
        try (Holdfast gateway = gateway()) {
            try (NodeProcess node = launch()) {
                submit(node, true, true);
                assertThat(gateway.admin().cancel(ID, WHY, WAIT)).contains(WorkflowStatus.COMPENSATING);
                Eventually.until(
                        "it compensates",
                        () -> database.holds("select exists (select from probe.ledger where step = 'undo-second')"));
                node.kill();
            }
            assertThat(gateway.admin().cancel(ID, WHY, Duration.ZERO)).isEmpty(); // impatient, and again
            try (NodeProcess node = launch()) {
                node.send("go");
                requireCancelled(gateway, "first", "second", "undo-second", "undo-second", "undo-first");
            }
            assertThat(database.rows("select idempotency_key from probe.ledger where step = 'undo-second'").stream()
                            .distinct())
                    .as("keys of the two attempts")
                    .hasSize(1);
        }
    }
}
