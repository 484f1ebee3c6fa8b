package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.SubmissionConflictException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.samples.crash.CrashPoint.Side;
import dev.holdfast.samples.crash.CrashPoint.Write;
import dev.holdfast.samples.probe.StepsProbe;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cases 2 and 3: repeated submissions on any nodes are one workflow. */
final class SubmitOnceTest {
    private static final int STEPS = 3;
    private static final Duration PATIENT = Duration.ofSeconds(5);
    private static final Duration IMPATIENT = Duration.ofMillis(300);
    private static final Duration RESULT_WAIT = Duration.ofSeconds(20);

    private static final String EVERYTHING = """
            select (select count(*) from holdfast.workflow) || ' workflows, ' || (select count(*) from holdfast.log)
                || ' records, ' || (select count(*) from holdfast.submission) || ' keys, '
                || (select count(*) from holdfast.open_workflow) || ' open, '
                || (select count(*) from probe.ledger) || ' runs'
            """;

    private final Database database = Database.create();

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void fiftyAtOnceUnderOneKeyAreOneWorkflow() throws Exception {
        try (Holdfast engine = LocalNode.start(database, database.jdbcUrl(), PATIENT)) {
            List<String> ids = atOnce(
                    50, () -> submit(engine, Submission.key("order-42"), STEPS).id());
            assertThat(ids).hasSize(50).containsOnly(ids.getFirst());
            engine.handle(ids.getFirst()).result(RESULT_WAIT);
            new Invariants(database).requireAtRest();
            requireOneWorkflow(ids.getFirst());
        }
    }

    @Test
    void anotherInputUnderTheSameKeyIsRejectedAndChangesNothing() {
        try (Holdfast engine = LocalNode.start(database, database.jdbcUrl(), PATIENT)) {
            WorkflowHandle<StepsProbe.Done> first = submit(engine, Submission.key("order-42"), STEPS);
            first.result(RESULT_WAIT);
            String before = database.one(EVERYTHING);
            assertThatThrownBy(() -> submit(engine, Submission.key("order-42"), STEPS + 1))
                    .isInstanceOf(SubmissionConflictException.class)
                    .hasMessageContaining("order-42");
            assertThat(database.one(EVERYTHING)).isEqualTo(before);
            assertThat(submit(engine, Submission.key("order-42"), STEPS).id()).isEqualTo(first.id());
            assertThat(database.one(EVERYTHING)).isEqualTo(before);
        }
    }

    @Test
    void aRetryAfterAKillBetweenCommitAndAnswerGetsTheSameWorkflow() throws IOException {
        Probe probe = Probe.steps(STEPS);
        try (PgProxy proxy = new PgProxy(database.jdbcUrl());
                NodeProcess node = NodeProcess.launch(proxy.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR)) {
            CrashPoint point = CrashPoint.at(proxy, 1, Side.AFTER);
            node.awaitStarted().send(probe.order("key", "order-42"));
            point.await(database);
            assertThat(point.writes()).containsExactly(Write.SUBMISSION);
            assertThat(node.output("accepted")).isEmpty();
            node.kill();
            CrashPoint.clear(proxy);
        }
        String uid = database.one("select uid from holdfast.workflow");
        try (NodeProcess node = NodeProcess.launch(database.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR)) {
            node.awaitStarted().send(probe.order("key", "order-42"));
            String id = node.await("accepted ").substring("accepted ".length());
            assertThat(node.await("result ")).isEqualTo(probe.ending().of(id));
            new Invariants(database).requireAtRest();
            requireOneWorkflow(id);
            assertThat(database.one("select uid from holdfast.workflow")).isEqualTo(uid);
        }
    }

    /** The error has the id for a retry, which joins or creates the workflow, but never a second one. */
    @ParameterizedTest
    @EnumSource
    void aRetryUnderTheIdOfAnUnknownCommitRunsOnce(Side side) throws IOException {
        try (PgProxy proxy = new PgProxy(database.jdbcUrl());
                Holdfast engine = LocalNode.start(database, proxy.jdbcUrl(), IMPATIENT)) {
            CrashPoint point = CrashPoint.at(proxy, 1, side);
            String id = submitInVain(engine);
            point.await(database);
            proxy.rule(request -> Action.FORWARD);
            CrashPoint.clear(proxy);
            requireJoinedAndRunOnce(engine, id);
        }
    }

    /** As above, while the first message is in flight: it arrives after the retry and has no effect. */
    @Test
    void aRetryThatOvertakesTheUnknownCommitRunsOnce() throws IOException {
        try (PgProxy proxy = new PgProxy(database.jdbcUrl());
                Holdfast engine = LocalNode.start(database, proxy.jdbcUrl(), IMPATIENT)) {
            AtomicBoolean first = new AtomicBoolean(true);
            proxy.rule(request ->
                    Write.of(request.sql()).equals(Optional.of(Write.FLUSH)) && first.compareAndSet(true, false)
                            ? Action.HOLD
                            : Action.FORWARD);
            String id = submitInVain(engine);
            WorkflowHandle<StepsProbe.Done> retried = submitUntilKnown(engine, id);
            assertThat(database.number("select count(*) from holdfast.workflow"))
                    .isOne();
            proxy.links().forEach(PgLink::release);
            assertThat(retried.id()).isEqualTo(id);
            requireJoinedAndRunOnce(engine, id);
        }
    }

    private static String submitInVain(Holdfast engine) {
        StoreUnavailableException unknown = org.junit.jupiter.api.Assertions.assertThrows(
                StoreUnavailableException.class, () -> submit(engine, Submission.plain(), STEPS));
        return unknown.workflowId().orElseThrow();
    }

    /** Does what the error says: sends the same again, as often as the outcome is unknown. */
    private static WorkflowHandle<StepsProbe.Done> submitUntilKnown(Holdfast engine, String id) {
        AtomicReference<WorkflowHandle<StepsProbe.Done>> known = new AtomicReference<>();
        Eventually.until("the submission of " + id + " is confirmed", () -> {
            try {
                known.set(submit(engine, Submission.id(id), STEPS));
                return true;
            } catch (StoreUnavailableException e) {
                return false;
            }
        });
        return known.get();
    }

    private void requireJoinedAndRunOnce(Holdfast engine, String id) {
        WorkflowHandle<StepsProbe.Done> joined = submitUntilKnown(engine, id);
        assertThat(joined.id()).isEqualTo(id);
        StepsProbe.Done done = joined.result(RESULT_WAIT);
        assertThat("{\"steps\":%d,\"digest\":\"%s\"}".formatted(done.steps(), done.digest()))
                .isEqualTo(Probe.stepsResult(id, STEPS));
        new Invariants(database).requireAtRest();
        requireOneWorkflow(id);
    }

    private void requireOneWorkflow(String id) {
        assertThat(database.number("select count(*) from holdfast.workflow")).isOne();
        assertThat(database.rows("select distinct workflow_id from probe.ledger"))
                .containsExactly(id);
        assertThat(database.runs(id)).containsExactly(1, 1, 1);
    }

    private static WorkflowHandle<StepsProbe.Done> submit(Holdfast engine, Submission submission, int steps) {
        return engine.submit(StepsProbe.DEFINITION, new StepsProbe.Plan(steps, 100, 0, true), submission);
    }

    private static <T> List<T> atOnce(int threads, Callable<T> task) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<T>> responses = IntStream.range(0, threads)
                    .mapToObj(i -> executor.submit(() -> {
                        start.await();
                        return task.call();
                    }))
                    .toList();
            start.countDown();
            List<T> all = new java.util.ArrayList<>();
            for (Future<T> response : responses) {
                all.add(response.get());
            }
            return all;
        }
    }
}
