package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.samples.crash.CrashPoint.Write;
import dev.holdfast.samples.probe.StepsProbe;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Case 7: connections are cut around the commit, the process lives. Callers see no error, no data is lost, and because
 * no process dies, no body runs twice.
 */
final class ConnectionCutTest {
    private static final int STEPS = 3;
    private static final Duration ACCEPT_WAIT = Duration.ofSeconds(5);
    /** A cut costs 0.1 to 0.2 s, and hits a workflow a few times. */
    private static final Duration STATED = Duration.ofSeconds(10);

    private final Database database = Database.create();
    private final PgProxy proxy = new PgProxy(database.jdbcUrl());

    /** The writing request to cut, and the side of the commit. */
    enum Cut {
        BEFORE(Action.CUT_BEFORE),
        AFTER(Action.CUT_AFTER);

        private final Action action;

        Cut(Action action) {
            this.action = action;
        }
    }

    @AfterEach
    void close() throws Exception {
        proxy.close();
        database.close();
    }

    @ParameterizedTest
    @EnumSource
    void aCutAtAnyFlushIsInvisibleToCallers(Cut cut) {
        requireUnnoticedAtEach(Write.FLUSH, cut.action, Submission.plain(), STEPS + 1);
    }

    @ParameterizedTest
    @EnumSource
    void aCutAtTheSubmissionIsInvisibleToCallers(Cut cut) {
        requireUnnoticedAtEach(Write.SUBMISSION, cut.action, Submission.key("order-42"), 1);
    }

    private void requireUnnoticedAtEach(Write write, Action action, Submission submission, int writes) {
        try (Holdfast engine = LocalNode.start(database, proxy.jdbcUrl(), ACCEPT_WAIT)) {
            for (int number = 1; number <= writes; number++) {
                Faults faults = Faults.at(write, number, action);
                proxy.rule(faults);
                requireResult(submit(engine, submission, STEPS, 0));
                assertThat(faults.cuts()).as("cuts").isOne();
            }
            requireEachRanOnce(writes * STEPS);
        }
    }

    @Test
    void randomCutsUnderLoadAreInvisibleToCallers() throws Exception {
        int workflows = 400;
        Faults faults = Faults.random(Seed.of("randomCutsUnderLoadAreInvisibleToCallers"));
        try (Holdfast engine = LocalNode.start(database, proxy.jdbcUrl(), ACCEPT_WAIT);
                ExecutorService callers = Executors.newFixedThreadPool(32)) {
            proxy.rule(faults);
            List<Future<?>> all = IntStream.range(0, workflows)
                    .<Future<?>>mapToObj(number -> callers.submit(() -> {
                        Submission submission = number % 2 == 0 ? Submission.plain() : Submission.key("key-" + number);
                        requireResult(submit(engine, submission, STEPS, 0));
                    }))
                    .toList();
            for (Future<?> one : all) {
                one.get();
            }
            proxy.rule(request -> Action.FORWARD);
            requireEachRanOnce(workflows * STEPS);
        }
        assertThat(faults.cuts()).as("cuts").isGreaterThan(20);
    }

    /** The lease expires during the cut: no body starts without it. */
    @Test
    void whatRunsGoesOnByItselfWhenTheDatabaseWasAway() {
        int steps = 60;
        int workflows = 20;
        try (Holdfast engine = LocalNode.start(database, proxy.jdbcUrl(), ACCEPT_WAIT)) {
            List<WorkflowHandle<StepsProbe.Done>> running = IntStream.range(0, workflows)
                    .mapToObj(number -> submit(engine, Submission.plain(), steps, 20))
                    .toList();
            long gone = System.nanoTime();
            proxy.refuse(true);
            Eventually.until("the node turns unready", () -> !engine.admin().ready());
            assertThatThrownBy(() -> submit(engine, Submission.plain(), STEPS, 0))
                    .isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> submit(engine, Submission.key("order-42"), STEPS, 0))
                    .isInstanceOf(StoreUnavailableException.class);
            Eventually.until(
                    "it was away for 3 s",
                    () -> System.nanoTime() - gone > Duration.ofSeconds(3).toNanos());
            assertThat(database.number("select count(*) from holdfast.log where event = 30"))
                    .as("workflows that ended before or while the database was away")
                    .isZero();
            proxy.refuse(false);
            running.forEach(
                    workflow -> assertThat(workflow.result(STATED).steps()).isEqualTo(steps));
            requireResult(submit(engine, Submission.key("order-42"), STEPS, 0));
        }
        assertThat(database.number("select count(*) from holdfast.workflow")).isEqualTo(workflows + 1);
        requireEachRanOnce(workflows * steps + STEPS);
    }

    private static WorkflowHandle<StepsProbe.Done> submit(
            Holdfast engine, Submission submission, int steps, int millis) {
        return engine.submit(StepsProbe.DEFINITION, new StepsProbe.Plan(steps, 100, millis, true), submission);
    }

    private static void requireResult(WorkflowHandle<StepsProbe.Done> workflow) {
        StepsProbe.Done done = workflow.result(STATED);
        assertThat("{\"steps\":%d,\"digest\":\"%s\"}".formatted(done.steps(), done.digest()))
                .isEqualTo(Probe.stepsResult(workflow.id(), STEPS));
    }

    private void requireEachRanOnce(int bodies) {
        new Invariants(database).requireAtRest();
        assertThat(database.rows("select workflow_id || ' position ' || position from probe.ledger"))
                .hasSize(bodies)
                .doesNotHaveDuplicates();
    }
}
