package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Saga;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.TypeToken;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class SagaTest {
    private static final Definition<String, String> ORDER = Definition.of("order", 1, String.class, String.class);

    private final MemoryDatabase database = new MemoryDatabase();
    private final List<String> done = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(ORDER, code));
    }

    /** A step that notes itself and its undo. */
    private String act(Saga saga, String name) {
        return saga.step(
                name,
                String.class,
                step -> note(name, step.idempotencyKey()),
                (step, outcome) -> note("undo " + outcome, step.idempotencyKey()));
    }

    private String note(String what, String key) {
        done.add(what);
        keys.add(key);
        return what;
    }

    @Test
    void aStepWithoutAValueIsUndone() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            saga.run("plain", step -> done.add("plain"), step -> done.add("undo plain"));
            String typed = saga.step(
                            "typed",
                            new TypeToken<List<String>>() {},
                            step -> List.of("typed"),
                            (step, value) -> done.add("undo " + value.getFirst()))
                    .getFirst();
            done.add(typed);
            return reject(saga);
        }))) {
            node.deadLetter(node.submit(ORDER, "in").id());
        }
        assertThat(done).containsExactly("plain", "typed", "undo typed", "undo plain");
    }

    private static String reject(Saga saga) {
        return saga.step(
                "charge",
                String.class,
                step -> {
                    throw new StepRejected("declined");
                },
                (step, outcome) -> {
                    throw new AssertionError("what did not happen cannot be undone");
                });
    }

    @Test
    void aRejectionUndoesInReverseOrder() {
        try (EngineNode node = node((ctx, in) -> {
            try {
                return ctx.saga(saga -> act(saga, "a") + act(saga, "b") + act(saga, "c") + reject(saga));
            } catch (StepRejectedException e) {
                throw new WorkflowFailedException(e.reason());
            }
        })) {
            var handle = node.submit(ORDER, "");
            assertThatThrownBy(() -> handle.result(EngineNode.DEADLINE))
                    .isInstanceOf(WorkflowFailedException.class)
                    .hasMessage("declined");
            assertThat(done).containsExactly("a", "b", "c", "undo c", "undo b", "undo a");
            assertThat(keys.stream().distinct()).hasSize(6);
            assertThat(node.log(handle.id()).stream()
                            .map(LogRecord::event)
                            .filter(event -> event instanceof HistoryEvent.Intent intent && intent.compensates() >= 0)
                            .map(event -> ((HistoryEvent.Intent) event).name() + " of "
                                    + ((HistoryEvent.Intent) event).compensates()))
                    .containsExactly("undo-c of 2", "undo-b of 1", "undo-a of 0");
        }
    }

    /** A compensation cannot be cancelled, so a cancel must not end its back-off either. */
    @Test
    void aCancelDoesNotHurryACompensation() {
        List<Long> attempts = new CopyOnWriteArrayList<>();
        try (EngineNode node = EngineNode.start(
                database,
                builder -> builder.config(EngineNode.CONFIG.keptLoaded(Duration.ofSeconds(10)))
                        .register(
                                ORDER,
                                (ctx, in) -> ctx.saga(saga -> {
                                    saga.step("a", String.class, step -> "a", (step, outcome) -> {
                                        attempts.add(System.nanoTime());
                                        if (step.attempt() == 1) {
                                            throw new IllegalStateException("not yet");
                                        }
                                    });
                                    return reject(saga);
                                })))) {
            String id = node.submit(ORDER, "").id();
            Await.until("it compensates", () -> attempts.size() == 1);
            node.engine().admin().cancel(id, ActionOptions.because("test"), Duration.ZERO);
            Await.until("it tries again", () -> attempts.size() == 2);
            // The first back-off is a second, less 20 %.
            assertThat(Duration.ofNanos(attempts.get(1) - attempts.get(0))).isGreaterThan(Duration.ofMillis(700));
        }
    }

    @Test
    void aFailureOfTheWorkflowUndoes() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            act(saga, "a");
            throw new WorkflowFailedException("changed my mind");
        }))) {
            var handle = node.submit(ORDER, "");
            assertThatThrownBy(() -> handle.result(EngineNode.DEADLINE)).hasMessage("changed my mind");
            assertThat(done).containsExactly("a", "undo a");
            assertThat(node.find(handle.id()).status()).isEqualTo(WorkflowStatus.FAILED);
        }
    }

    @Test
    void anyOtherExceptionUndoesNothing() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            act(saga, "a");
            throw new IllegalStateException("a bug");
        }))) {
            ParkingReason letter = node.deadLetter(node.submit(ORDER, "").id());
            assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(done).containsExactly("a");
        }
    }

    @Test
    void aStepThatFailsForGoodUndoesNothing() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            act(saga, "a");
            return saga.step(
                    Step.named("hopeless").retry(RetryPolicy.never()),
                    String.class,
                    step -> {
                        throw new IOException("for good");
                    },
                    (step, outcome) -> done.add("undo"));
        }))) {
            assertThat(node.deadLetter(node.submit(ORDER, "").id()).cause()).isEqualTo(Cause.RETRIES_EXHAUSTED);
            assertThat(done).containsExactly("a");
        }
    }

    @Test
    void aBlockThatEndsWellUndoesNothing() {
        try (EngineNode node = node((ctx, in) -> {
            String value = ctx.saga(saga -> act(saga, "a"));
            try {
                ctx.saga(SagaTest::reject);
            } catch (StepRejectedException e) {
                return value + " " + e.reason();
            }
            return "";
        })) {
            assertThat(node.run(ORDER, "")).isEqualTo("a declined");
            assertThat(done).containsExactly("a");
        }
    }

    @Test
    void aRejectionThatIsCaughtInsideUndoesNothing() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            act(saga, "a");
            try {
                return reject(saga);
            } catch (StepRejectedException e) {
                return "otherwise";
            }
        }))) {
            assertThat(node.run(ORDER, "")).isEqualTo("otherwise");
            assertThat(done).containsExactly("a");
        }
    }

    @Test
    void anInnerBlockIsUndoneBeforeTheOuter() {
        try (EngineNode node = node((ctx, in) -> {
            try {
                return ctx.saga(outer -> {
                    act(outer, "a");
                    return ctx.saga(inner -> act(inner, "b") + reject(inner));
                });
            } catch (StepRejectedException e) {
                return "undone";
            }
        })) {
            assertThat(node.run(ORDER, "")).isEqualTo("undone");
            assertThat(done).containsExactly("a", "b", "undo b", "undo a");
        }
    }

    private Workflow<String, String> undoing(Saga.Undo<String> undo, RetryPolicy retry) {
        return (ctx, in) -> {
            try {
                return ctx.saga(saga -> {
                    act(saga, "a");
                    saga.step(Step.named("b").retry(retry), String.class, step -> note("b", ""), undo);
                    return reject(saga);
                });
            } catch (StepRejectedException e) {
                return "undone";
            }
        };
    }

    @Test
    void anUndoIsTriedAgain() {
        RetryPolicy quick = RetryPolicy.exponential(Duration.ofMillis(1), 3);
        try (EngineNode node = node(undoing(
                (step, outcome) -> {
                    if (step.attempt() < 3) {
                        throw new IOException("not yet");
                    }
                    note("undo b", "");
                },
                quick))) {
            assertThat(node.run(ORDER, "")).isEqualTo("undone");
            assertThat(done).containsExactly("a", "b", "undo b", "undo a");
        }
    }

    @Test
    void anUndoThatFailsForGoodParks() {
        try (EngineNode node = node(undoing(
                (step, outcome) -> {
                    throw new IOException("cannot");
                },
                RetryPolicy.never()))) {
            String id = node.submit(ORDER, "").id();
            ParkingReason letter = node.deadLetter(id);
            assertThat(letter.cause()).isEqualTo(Cause.COMPENSATION_FAILED);
            assertThat(letter.step()).isEqualTo("undo-b");
            assertThat(letter.position()).isEqualTo(Position.main(3));
            assertThat(done).containsExactly("a", "b");
        }
    }

    @Test
    void anUndoThatIsRejectedParks() {
        try (EngineNode node = node(undoing(
                (step, outcome) -> {
                    throw new StepRejected("too late");
                },
                RetryPolicy.defaults()))) {
            assertThat(node.deadLetter(node.submit(ORDER, "").id()).cause()).isEqualTo(Cause.COMPENSATION_FAILED);
            assertThat(done).containsExactly("a", "b");
        }
    }

    @Test
    void aCrashWhileUndoingGoesOnUndoing() {
        for (CrashPoint point : List.of(
                CrashPoint.BEFORE_INTENT_COMMIT,
                CrashPoint.AFTER_INTENT_COMMIT,
                CrashPoint.AFTER_BODY_BEFORE_OUTCOME,
                CrashPoint.AFTER_OUTCOME_COMMIT)) {
            done.clear();
            Workflow<String, String> code =
                    undoing((step, outcome) -> note("undo " + outcome, ""), RetryPolicy.never());
            String id;
            // Position 0 is a, 1 is b, 2 is the rejected charge, 3 undoes b, 4 undoes a.
            try (EngineNode first =
                    EngineNode.start(database, CrashPlan.at(point, 4), builder -> builder.register(ORDER, code))) {
                id = first.submit(ORDER, "").id();
                Await.until("the process dies", () -> first.store().isDead());
                first.crash();
                assertThat(first.find(id).status()).isEqualTo(WorkflowStatus.COMPENSATING);
            }
            try (EngineNode second = node(code)) {
                second.await(id, WorkflowStatus.COMPLETED);
            }
            assertThat(done).startsWith("a", "b", "undo b").endsWith("undo a");
            assertThat(done.stream().filter("undo b"::equals).count())
                    .isLessThanOrEqualTo(point == CrashPoint.BEFORE_INTENT_COMMIT ? 2 : 1);
        }
    }

    @Test
    void whileItUndoesItIsCompensating() {
        java.util.concurrent.CountDownLatch go = new java.util.concurrent.CountDownLatch(1);
        try (EngineNode node = node(undoing((step, outcome) -> go.await(), RetryPolicy.never()))) {
            var handle = node.submit(ORDER, "");
            node.await(handle.id(), WorkflowStatus.COMPENSATING);
            assertThat(handle.status()).isEqualTo(WorkflowStatus.COMPENSATING);
            go.countDown();
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo("undone");
        }
    }

    @Test
    void theLongestNameCanBeUndone() {
        String name = "n".repeat(200);
        try (EngineNode node = node((ctx, in) -> {
            try {
                return ctx.saga(saga -> act(saga, name) + reject(saga));
            } catch (StepRejectedException e) {
                return "undone";
            }
        })) {
            assertThat(node.run(ORDER, "")).isEqualTo("undone");
            assertThat(done).containsExactly(name, "undo " + name);
        }
    }
}
