package dev.holdfast.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.engine.execution.AttemptOrder;
import dev.holdfast.engine.execution.AttemptResult;
import dev.holdfast.engine.execution.WorkflowLog;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.WorkflowWrite;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The process dies at each boundary in turn: the next one ends with the same result, only steps without a recorded
 * outcome run again, under the same key.
 */
@Timeout(120)
final class CrashTest {
    private static final Definition<Integer, String> STEPS = Definition.of("steps", 1, Integer.class, String.class);

    /** A place to die at. */
    record Crash(CrashPoint point, int position) {
        CrashPlan plan() {
            return CrashPlan.at(point, position);
        }
    }

    /** A workflow of so many steps, and the crashes of one process after the other. */
    record Case(int steps, List<Crash> crashes) {}

    static Stream<Crash> crashes(int steps) {
        return Stream.of(CrashPoint.values())
                .flatMap(point -> point.isOfStep()
                        ? IntStream.range(0, steps).mapToObj(position -> new Crash(point, position))
                        : Stream.of(new Crash(point, -1)));
    }

    static Stream<Case> oneCrash() {
        return IntStream.rangeClosed(1, 3)
                .boxed()
                .flatMap(steps -> crashes(steps).map(crash -> new Case(steps, List.of(crash))));
    }

    static Stream<Case> twoCrashes() {
        return crashes(2).flatMap(one -> crashes(2).map(other -> new Case(2, List.of(one, other))));
    }

    @ParameterizedTest
    @MethodSource("oneCrash")
    void afterACrashTheResultIsTheSame(Case crash) {
        check(crash, new AttemptOrder());
    }

    @Test
    void afterTwoCrashesTheResultIsTheSame() {
        twoCrashes().forEach(crashes -> check(crashes, new AttemptOrder()));
    }

    @Test
    void withoutACrashEveryBodyRunsOnce() {
        check(new Case(3, List.of()), new AttemptOrder());
    }

    @Test
    void aMutantThatRecordsTheOutcomeBeforeTheBodyIsFound() {
        Case crash = new Case(2, List.of(new Crash(CrashPoint.IN_BODY, 1)));
        assertThatThrownBy(() -> check(crash, new OutcomeFirst())).isInstanceOf(AssertionError.class);
    }

    @Test
    void aMutantThatRecordsTheIntentAfterTheBodyIsFound() {
        Case crash = new Case(2, List.of(new Crash(CrashPoint.BEFORE_INTENT_COMMIT, 1)));
        assertThatThrownBy(() -> check(crash, new BodyFirst())).isInstanceOf(AssertionError.class);
    }

    /** Runs the case, with this order of things in every process. */
    private static void check(Case crashes, AttemptOrder order) {
        MemoryDatabase database = new MemoryDatabase();
        Ledger ledger = new Ledger(database);
        Submission submission = Submission.plain();
        for (Crash crash : crashes.crashes()) {
            try (EngineNode node = start(database, ledger, crash.plan(), order)) {
                String id = submitTo(node, crashes.steps(), submission);
                Await.until("the process dies, or it has ended", () -> isOver(node, id));
                node.crash();
                submission = Submission.id(id);
            }
        }
        try (EngineNode node = start(database, ledger, CrashPlan.NEVER, order)) {
            var handle = node.engine().submit(STEPS, crashes.steps(), submission);
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo(expected(crashes.steps()));
            checkLedger(ledger, handle.id(), crashes);
            checkLog(node.log(handle.id()), crashes.steps());
        }
    }

    private static boolean isOver(EngineNode node, String id) {
        return node.store().isDead() || node.find(id).status().isFinal();
    }

    private static EngineNode start(MemoryDatabase database, Ledger ledger, CrashPlan plan, AttemptOrder order) {
        CrashingStore store = new CrashingStore(new MemoryStore(database), plan);
        return EngineNode.start(
                database, store, builder -> builder.order(order).register(STEPS, workflow(store, ledger)));
    }

    private static Workflow<Integer, String> workflow(CrashingStore process, Ledger ledger) {
        return (ctx, steps) -> {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < steps; i++) {
                values.add(ctx.step("step-" + i, String.class, step -> {
                    ledger.began(process, step);
                    if (process.reached(CrashPoint.IN_BODY, step.position())) {
                        throw new IllegalStateException("the process is dead");
                    }
                    ledger.effect(process, step);
                    return value(step.position());
                }));
            }
            return String.join(",", values);
        };
    }

    private static String value(int position) {
        return "value-" + position;
    }

    private static String expected(int steps) {
        return String.join(
                ",", IntStream.range(0, steps).mapToObj(CrashTest::value).toList());
    }

    /** As a client does: who is told that it is unknown whether it was accepted asks again with the id. */
    private static String submitTo(EngineNode node, int steps, Submission submission) {
        try {
            return node.engine().submit(STEPS, steps, submission).id();
        } catch (StoreUnavailableException e) {
            return e.workflowId().or(submission::id).orElseThrow();
        }
    }

    private static void checkLedger(Ledger ledger, String id, Case crashes) {
        assertThat(ledger.violations()).isEmpty();
        for (int position = 0; position < crashes.steps(); position++) {
            int at = position;
            assertThat(ledger.effects(id, at)).as("effects of %s", at).isPositive();
            long most = 1
                    + crashes.crashes().stream()
                            .filter(crash -> mayRunAgain(crash, at, crashes.steps()))
                            .count();
            assertThat((long) ledger.begun(id, at)).as("calls of %s", at).isLessThanOrEqualTo(most);
            List<Ledger.Line> begun = ledger.lines(id).stream()
                    .filter(line -> line.position() == at && !line.effect())
                    .toList();
            assertThat(begun.stream().map(Ledger.Line::key).distinct()).hasSize(1);
            assertThat(begun.stream().map(Ledger.Line::attempt)).isSorted().doesNotHaveDuplicates();
        }
        crashes.crashes().stream()
                .filter(crash -> crashes.crashes().size() == 1)
                .filter(crash ->
                        crash.point() == CrashPoint.IN_BODY || crash.point() == CrashPoint.AFTER_BODY_BEFORE_OUTCOME)
                .forEach(crash -> assertThat(ledger.begun(id, crash.position())).isEqualTo(2));
    }

    /** Whether a crash can leave this position with a body that ran, and no outcome. */
    private static boolean mayRunAgain(Crash crash, int position, int steps) {
        return switch (crash.point()) {
            // The outcome of the step before may still be held.
            case BEFORE_INTENT_COMMIT -> position == crash.position() - 1;
            case BEFORE_TERMINAL_COMMIT -> position == steps - 1;
            case IN_BODY, AFTER_BODY_BEFORE_OUTCOME -> position == crash.position();
            case AFTER_INTENT_COMMIT, AFTER_OUTCOME_COMMIT, AFTER_TERMINAL_COMMIT -> false;
        };
    }

    private static void checkLog(List<LogRecord> log, int steps) {
        assertThat(log.stream().map(LogRecord::seq))
                .isEqualTo(IntStream.rangeClosed(1, log.size()).boxed().toList());
        assertThat(log.stream()
                        .map(LogRecord::outcome)
                        .filter(outcome -> outcome != null)
                        .map(outcome -> outcome.position().index()))
                .isEqualTo(IntStream.range(0, steps).boxed().toList());
        assertThat(log.stream().filter(record -> record.event() instanceof HistoryEvent.Ended))
                .hasSize(1);
        assertThat(log.getLast().event()).isInstanceOf(HistoryEvent.Ended.class);
    }

    /** Wrong: the outcome is there before the body has run. */
    private static final class OutcomeFirst extends AttemptOrder {
        @Override
        public <T> AttemptResult<T> run(
                WorkflowLog log, Ownership ownership, Intent intent, Supplier<AttemptResult<T>> body) {
            log.record(intent);
            byte[] value = ("\"" + value(intent.position().index()) + "\"").getBytes(UTF_8);
            log.hold(new Outcome(intent.position(), intent.attempt(), Outcome.State.SUCCEEDED, value, null));
            log.load(new WorkflowWrite.Loading(0, 0)); // returns once the outcome before it is committed
            return body.get();
        }
    }

    /** Wrong: the body runs before its intent is there. */
    private static final class BodyFirst extends AttemptOrder {
        @Override
        public <T> AttemptResult<T> run(
                WorkflowLog log, Ownership ownership, Intent intent, Supplier<AttemptResult<T>> body) {
            AttemptResult<T> result = body.get();
            log.record(intent);
            log.hold(result.outcome());
            return result;
        }
    }
}
