package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.samples.crash.CrashPoint.Side;
import dev.holdfast.samples.crash.CrashPoint.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Case 1: SIGKILL at every boundary, on both sides of the server's commit. */
final class CrashTest {
    private static final Database DATABASE = Database.create();

    /** For each order, the number of records that release its reservation. */
    private static final String UNDONE = """
            select count(o.uid) from holdfast.workflow w
            left join (select distinct uid, event_position, compensates_position from holdfast.log) i
                on i.uid = w.uid and i.compensates_position = 0
            left join holdfast.log o
                on o.uid = w.uid and o.outcome_position = i.event_position and o.outcome_state = 1
            where w.definition = 'probe.order' group by w.uid""";

    private final CrashDrill drill = new CrashDrill(DATABASE);

    @AfterAll
    static void drop() {
        DATABASE.close();
    }

    @TestFactory
    Stream<DynamicTest> aWorkflowOfOneStepSurvivesAKillAtEveryBoundary() {
        return drill.everyBoundary(Probe.steps(1), writesOfSteps(1));
    }

    @TestFactory
    Stream<DynamicTest> aWorkflowOfTwoStepsSurvivesAKillAtEveryBoundary() {
        return drill.everyBoundary(Probe.steps(2), writesOfSteps(2));
    }

    @TestFactory
    @Tag("long")
    Stream<DynamicTest> aWorkflowOfTenStepsSurvivesAKillAtEveryBoundary() {
        return drill.everyBoundary(Probe.steps(10), writesOfSteps(10));
    }

    /** The steps: reserve, charge, release the reservation, fail. */
    @TestFactory
    Stream<DynamicTest> aRefusedOrderIsUndoneOnceWhereverItIsKilled() {
        List<Write> writes = List.of(Write.SUBMISSION, Write.FLUSH, Write.FLUSH, Write.FLUSH, Write.FLUSH);
        return Stream.concat(
                drill.everyBoundary(Probe.refusedOrder(), writes),
                Stream.of(DynamicTest.dynamicTest(
                        "each was undone once",
                        () -> assertThat(DATABASE.rows(UNDONE))
                                .hasSize(1 + 2 * writes.size())
                                .containsOnly("1"))));
    }

    /** Each failed attempt has a record, and so has each intent after it. */
    @TestFactory
    @Tag("long")
    Stream<DynamicTest> aFlakyStepSurvivesAKillAtEveryBoundary() {
        List<Write> writes = new ArrayList<>(List.of(Write.SUBMISSION));
        for (int attempt = 1; attempt <= 3; attempt++) {
            writes.addAll(List.of(Write.FLUSH, Write.LEDGER, Write.FLUSH));
        }
        return drill.everyBoundary(Probe.flaky(2), writes);
    }

    @Test
    void aKeylessSubmissionIsNotThereWhenItsCommitNeverCame() throws IOException {
        try (Database database = Database.create()) {
            killedInItsFirstCommit(database, Side.BEFORE);
            assertThat(database.number("select count(*) from holdfast.workflow"))
                    .isZero();
            restartWithoutClient(database);
            assertThat(database.rows("select uid from holdfast.workflow")).isEmpty();
            assertThat(database.rows("select id from probe.ledger")).isEmpty();
        }
    }

    @Test
    void aKeylessSubmissionRunsToItsEndWithoutAClientWhenItsCommitCame() throws IOException {
        try (Database database = Database.create()) {
            killedInItsFirstCommit(database, Side.AFTER);
            assertThat(database.rows("select event from holdfast.log"))
                    .as("acceptance and first intent share a commit")
                    .containsExactly("1");
            restartWithoutClient(database);
            String id = database.one("select distinct workflow_id from probe.ledger");
            assertThat(database.one("select convert_from(detail, 'UTF8') from holdfast.log where event = 30"))
                    .isEqualTo(Probe.stepsResult(id, 2));
            assertThat(database.runs(id)).containsExactly(1, 1);
        }
    }

    private static void killedInItsFirstCommit(Database database, Side side) throws IOException {
        try (PgProxy proxy = new PgProxy(database.jdbcUrl());
                NodeProcess node = NodeProcess.launch(proxy.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_LONG)) {
            CrashPoint point = CrashPoint.at(proxy, 1, side);
            node.awaitStarted().send(Probe.steps(2).order("plain", "-"));
            point.await(database);
            assertThat(node.output("accepted")).as("it was not confirmed").isEmpty();
            node.kill();
            CrashPoint.clear(proxy);
        }
    }

    @SuppressWarnings("try") // the node only has to run
    private static void restartWithoutClient(Database database) {
        try (Holdfast ignored =
                LocalNode.start(database, CrashDrill.NODE, database.jdbcUrl(), CrashDrill.ACCEPT_WAIT)) {
            new Invariants(database).requireAtRest();
        }
    }

    /**
     * The writes: the keyed submission and the first intent; then for each step that of its body, and its outcome with
     * the next intent or the end.
     */
    private static List<Write> writesOfSteps(int steps) {
        List<Write> writes = new ArrayList<>(List.of(Write.SUBMISSION, Write.FLUSH));
        for (int step = 0; step < steps; step++) {
            writes.addAll(List.of(Write.LEDGER, Write.FLUSH));
        }
        return writes;
    }
}
