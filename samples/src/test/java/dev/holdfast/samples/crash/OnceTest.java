package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.StepInDoubtException;
import dev.holdfast.Submission;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.samples.crash.CrashPoint.Side;
import dev.holdfast.samples.crash.CrashPoint.Write;
import dev.holdfast.samples.probe.Halt;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A step that runs at most once, in processes that are killed around its body. */
@Timeout(180)
final class OnceTest {
    private static final Database DATABASE = Database.create();
    private static final ActionOptions WHY =
            ActionOptions.because("the bank has no payment").by("ann");
    private static final Duration WAIT = Duration.ofSeconds(20);
    /** The acceptance, the intent, the body, its outcome with the end. */
    private static final List<Write> WRITES = List.of(Write.SUBMISSION, Write.FLUSH, Write.LEDGER, Write.FLUSH);

    private static final int FIRST_INTENT = 2;

    private final Invariants invariants = new Invariants(DATABASE);

    @AfterAll
    static void drop() {
        Halt.allow(false);
        DATABASE.close();
    }

    private static Holdfast restart() {
        return LocalNode.start(DATABASE, CrashDrill.NODE, DATABASE.jdbcUrl(), CrashDrill.ACCEPT_WAIT);
    }

    private static List<String> history(Holdfast node, String id) {
        return node.admin().history(id, new PageRequest(200, Optional.empty())).items().stream()
                .map(OnceTest::line)
                .toList();
    }

    private static String line(HistoryItem item) {
        return item.name() + " " + item.state();
    }

    private static String awaitLetter(Holdfast node, String id) {
        Eventually.until(
                "it is parked", () -> node.admin().find(id).deadLetter().isPresent());
        return node.admin().find(id).deadLetter().orElseThrow();
    }

    @Test
    void aProcessThatEndsInTheBodyLeavesADoubt() {
        try (NodeProcess node = NodeProcess.launch(DATABASE.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR)
                .awaitStarted()) {
            node.send("id halted probe.once {\"haltIn\":\"body\"}");
            Eventually.until("it ends", node::isGone);
        }
        try (NodeProcess again = NodeProcess.launch(DATABASE.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR)
                .awaitStarted()) {
            Eventually.until(
                    "it is parked",
                    () -> DATABASE.rows(
                                    "select cause from holdfast.dead_letter where error_message like '%may have run%'")
                            .contains("IN_DOUBT"));
            assertThat(again.isGone()).isFalse();
        }
        assertThat(DATABASE.runs("halted")).containsExactly(1);
        try (Holdfast node = restart()) {
            Halt.allow(true); // without it the input is invalid; only a first attempt ends its process
            String letter = awaitLetter(node, "halted");
            assertThat(history(node, "halted")).containsExactly("once in-doubt", "dead-letter IN_DOUBT");
            assertThatThrownBy(() -> node.admin().retry(letter, WHY, WAIT)).isInstanceOf(StepInDoubtException.class);
            assertThatThrownBy(() -> node.admin().cancel("halted", WHY, WAIT)).isInstanceOf(StepInDoubtException.class);
            assertThat(node.admin().find("halted").lastError().orElseThrow().message())
                    .contains("may have run");
            assertThat(node.admin().runAgainAnyway(letter, WHY, WAIT)).contains(WorkflowStatus.QUEUED);
            Eventually.until("it completes", () -> node.admin().find("halted").status() == WorkflowStatus.COMPLETED);
            assertThat(history(node, "halted"))
                    .containsExactly(
                            "once in-doubt",
                            "dead-letter IN_DOUBT",
                            "run-again RETRIED",
                            "once succeeded",
                            "end COMPLETED");
        }
        assertThat(DATABASE.runs("halted")).containsExactly(2);
        assertThat(DATABASE.rows("select distinct idempotency_key from probe.ledger where workflow_id = 'halted'"))
                .hasSize(1);
        invariants.requireAtRest();
    }

    static Stream<Arguments> boundaries() {
        return Stream.of(Side.values())
                .flatMap(side -> Stream.of(1, 2, 3, 4).map(number -> Arguments.of(number, side)));
    }

    @ParameterizedTest
    @MethodSource("boundaries")
    void noKillCallsTheBodyTwice(int number, Side side) throws IOException {
        String id = "killed-" + number + side;
        try (PgProxy proxy = new PgProxy(DATABASE.jdbcUrl());
                NodeProcess node = NodeProcess.launch(proxy.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_LONG)) {
            CrashPoint point = CrashPoint.at(proxy, number, side);
            node.awaitStarted().send("id " + id + " probe.once {}");
            point.await(DATABASE);
            assertThat(point.writes()).startsWith(WRITES.subList(0, number).toArray(Write[]::new));
            node.kill();
            CrashPoint.clear(proxy);
        }
        try (Holdfast node = restart()) {
            node.submitJson("probe.once", "{}".getBytes(StandardCharsets.UTF_8), Submission.id(id));
            invariants.requireAtRest();
            WorkflowStatus ended = node.admin().find(id).status();
            // The acceptance of an id shares its commit with the intent: from that commit on to the outcome it is open
            // whether the body has run.
            boolean isOpen = number > FIRST_INTENT && !(number == WRITES.size() && side == Side.AFTER)
                    || number == FIRST_INTENT && side == Side.AFTER;
            assertThat(ended).isEqualTo(isOpen ? WorkflowStatus.DEAD_LETTERED : WorkflowStatus.COMPLETED);
            if (isOpen) {
                assertThat(node.admin().deadLetter(awaitLetter(node, id)).cause())
                        .isEqualTo("IN_DOUBT");
                assertThat(history(node, id)).containsExactly("once in-doubt", "dead-letter IN_DOUBT");
            }
        }
        assertThat(DATABASE.number("select count(*) from probe.ledger where workflow_id = ?", id))
                .isLessThanOrEqualTo(1);
    }
}
