package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.HistoryEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Waits for a time, and the clock, by the store's word. The numbers are those of the traps in the design. */
@Timeout(60)
final class TimerTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Duration DAYS = Duration.ofDays(2);
    private static final Duration SHORT = Duration.ofMillis(20);

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<String> events = new CopyOnWriteArrayList<>();

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private String step(WorkflowContext ctx, String name) {
        return ctx.step(name, String.class, step -> {
            events.add(name + " " + step.position());
            return name;
        });
    }

    private String sleepBetweenSteps(WorkflowContext ctx, Duration time) {
        step(ctx, "before");
        ctx.sleep(time);
        return step(ctx, "after");
    }

    /** The node has looked for what is due, more than once. */
    private static void awaitLooks(EngineNode node) {
        int before = node.store().looks();
        Await.until("it looks", () -> node.store().looks() > before + 2);
    }

    @Test
    void aLongSleepIsUnloadedAndEndsByTheClockOfTheStoreTrap13() {
        try (EngineNode node = node((ctx, in) -> sleepBetweenSteps(ctx, DAYS))) {
            String id = node.submit(WORK, "").id();
            WorkflowSummary.Waiting wait = node.awaitWait(id);
            assertThat(wait.kind()).isEqualTo("timer");
            assertThat(wait.until()).contains(clock.instant().plus(DAYS));
            assertThat(node.engine().admin().nodes()).hasSize(1);
            clock.advance(DAYS.minusMillis(1));
            awaitLooks(node);
            assertThat(events).containsExactly("before 0");
            clock.advance(Duration.ofMillis(1));
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(events).containsExactly("before 0", "after 1");
        }
    }

    @Test
    void aRestartNeitherBeginsASleepAnewNorSkipsItTrap12() {
        Workflow<String, String> code = (ctx, in) -> sleepBetweenSteps(ctx, DAYS);
        String id;
        try (EngineNode first = node(code)) {
            id = first.submit(WORK, "").id();
            first.awaitWait(id);
            first.crash();
        }
        clock.advance(DAYS.minusHours(1));
        try (EngineNode second = node(code)) {
            awaitLooks(second);
            assertThat(second.find(id).status()).isEqualTo(WorkflowStatus.WAITING);
            second.crash();
        }
        clock.advance(Duration.ofHours(1));
        try (EngineNode third = node(code)) {
            third.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(events).containsExactly("before 0", "after 1");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 20})
    void aShortSleepWaitsInMemory(long millis) {
        try (EngineNode node = node((ctx, in) -> {
            ctx.sleep(Duration.ofMillis(millis));
            return step(ctx, "after");
        })) {
            long began = System.nanoTime();
            assertThat(node.run(WORK, "")).isEqualTo("after");
            assertThat(System.nanoTime() - began).isGreaterThanOrEqualTo(millis * 1_000_000);
        }
    }

    @Test
    void aSleepUntilAnInstantEndsThen() {
        Instant day = clock.instant().plus(DAYS);
        try (EngineNode node = node((ctx, in) -> {
            ctx.sleepUntil(day);
            assertThat(ctx.now()).isAfterOrEqualTo(day);
            ctx.sleepUntil(Instant.EPOCH); // long past
            return step(ctx, "after");
        })) {
            String id = node.submit(WORK, "").id();
            assertThat(node.awaitWait(id).until()).contains(day);
            clock.set(day);
            node.await(id, WorkflowStatus.COMPLETED);
        }
    }

    @Test
    void aSleepThatHasEndedIsNotWaitedForAgain() {
        AtomicBoolean mended = new AtomicBoolean();
        Workflow<String, String> code = (ctx, in) -> {
            ctx.sleep(DAYS);
            Instant now = ctx.now();
            if (!mended.get()) {
                throw new IllegalStateException("not now");
            }
            return now.toString();
        };
        try (EngineNode node = node(code)) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            clock.advance(DAYS);
            node.deadLetter(id);
            Instant read = clock.instant();
            clock.set(read.minus(DAYS)); // the clock of the database jumps back: the sleep is over all the same
            mended.set(true);
            String letter = node.find(id).deadLetter().orElseThrow();
            node.engine().admin().retry(letter, ActionOptions.because("mended"), EngineNode.DEADLINE);
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo(read.toString());
        }
    }

    @Test
    void theClockIsReadOnceAndNeverRunsBack() {
        List<Instant> reads = new CopyOnWriteArrayList<>();
        Workflow<String, String> code = (ctx, in) -> {
            reads.add(ctx.now());
            step(ctx, "one");
            reads.add(ctx.now());
            ctx.sleep(DAYS);
            reads.add(ctx.now());
            return "";
        };
        try (EngineNode node = node(code)) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            clock.advance(DAYS);
            node.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(reads).hasSize(5);
        assertThat(reads.subList(2, 4)).isEqualTo(reads.subList(0, 2));
        assertThat(reads.getLast()).isAfterOrEqualTo(reads.get(1).plus(DAYS));
    }

    @Test
    void whatIsDrawnIsDrawnAgainByAReplay() {
        List<Object> draws = new CopyOnWriteArrayList<>();
        Workflow<String, String> code = (ctx, in) -> {
            draws.add(ctx.uuid());
            draws.add(ctx.uuid());
            draws.add(ctx.random().nextInt(1_000_000));
            step(ctx, "one");
            draws.add(ctx.uuid());
            draws.add(ctx.random().nextDouble());
            ctx.sleep(DAYS);
            return "";
        };
        try (EngineNode node = node(code)) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            clock.advance(DAYS);
            node.await(id, WorkflowStatus.COMPLETED);
            node.submit(WORK, "");
            Await.until("another one draws", () -> draws.size() == 15);
        }
        assertThat(draws.subList(5, 10)).isEqualTo(draws.subList(0, 5));
        assertThat(draws.subList(0, 5)).doesNotHaveDuplicates();
        assertThat(draws.subList(10, 15)).doesNotContainAnyElementsOf(draws.subList(0, 5));
        assertThat(((UUID) draws.getFirst()).version()).isEqualTo(8);
    }

    @Test
    void stepsKeepTheirOwnNumbersBehindOtherCalls() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.now();
            step(ctx, "one");
            ctx.sleep(SHORT);
            return step(ctx, "two");
        })) {
            String id = node.submit(WORK, "").id();
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(events).containsExactly("one 0", "two 1");
            List<HistoryItem> items = node.engine()
                    .admin()
                    .history(id, new PageRequest(10, Optional.empty()))
                    .items();
            assertThat(items)
                    .extracting(item -> item.kind() + " " + item.name() + " " + item.state() + " " + item.position())
                    .containsExactly(
                            "TIMER now read -1",
                            "STEP one succeeded 0",
                            "TIMER sleep waiting -1", // the clock of this test stands still
                            "STEP two succeeded 1",
                            "DECISION end COMPLETED -1");
        }
    }

    @Test
    void aCancelEndsASleepAndTheUndosRun() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            saga.run("hold", step -> events.add("hold"), step -> events.add("undo"));
            ctx.sleep(DAYS);
            return step(ctx, "never");
        }))) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            node.engine().admin().cancel(id, ActionOptions.because("changed my mind"), Duration.ZERO);
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("hold", "undo");
        }
    }

    @Test
    void aTimeoutOfAStepIsAroundItsBodyAloneTrap15() {
        Step step = Step.named("call")
                .timeout(Duration.ofSeconds(20))
                .retry(RetryPolicy.exponential(DAYS, 3).jitter(0));
        try (EngineNode node = node((ctx, in) -> ctx.step(step, String.class, scope -> {
            if (scope.attempt() == 1) {
                throw new IllegalStateException("not now");
            }
            return "attempt " + scope.attempt();
        }))) {
            String id = node.submit(WORK, "").id();
            assertThat(node.awaitWait(id).kind()).isEqualTo("retry");
            clock.advance(DAYS);
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("attempt 2");
        }
    }

    @Test
    void undosMaySleepToo() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.onExit("exit", step -> events.add("exit"));
            ctx.saga(saga -> {
                saga.run("hold", step -> events.add("hold"), step -> events.add("undo"));
                ctx.sleep(DAYS);
                return "";
            });
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            node.engine().admin().cancel(id, ActionOptions.because("changed my mind"), Duration.ZERO);
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("hold", "undo", "exit");
        }
    }

    @Test
    void codeThatSwallowsTheUnwindRecordsNothingTrap30() {
        try (EngineNode node = node((ctx, in) -> {
            try {
                ctx.sleep(DAYS);
            } catch (Throwable t) {
                events.add(t.getClass().getSimpleName());
                step(ctx, "never");
            } finally {
                events.add("finally");
            }
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            Await.until("its thread has left", () -> events.equals(List.of("Unwind", "finally")));
            clock.advance(DAYS);
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(events).containsExactly("Unwind", "finally", "finally");
        }
    }

    @Test
    void otherCodeThanTheLogHasIsFoundOut() {
        AtomicBoolean changed = new AtomicBoolean();
        Workflow<String, String> code = (ctx, in) -> {
            if (changed.get()) {
                return step(ctx, "instead");
            }
            ctx.sleep(DAYS);
            return "";
        };
        try (EngineNode node = node(code)) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            changed.set(true);
            clock.advance(DAYS);
            assertThat(node.deadLetter(id).cause()).isEqualTo(DeadLetter.Cause.HISTORY_MISMATCH);
            assertThat(node.deadLetter(id).failure().message())
                    .contains("the log has sleep, but the code has step \"instead\"");
        }
        assertThat(events).isEmpty();
    }

    @Test
    void aTimeThatNobodyMeansIsRefusedInWords() {
        List<String> messages = new CopyOnWriteArrayList<>();
        List<Duration> silly =
                List.of(Duration.ofMillis(-1), Duration.ofSeconds(Long.MAX_VALUE), Duration.ofDays(36_526));
        try (EngineNode node = node((ctx, in) -> {
            for (Duration time : silly) {
                try {
                    ctx.sleep(time);
                } catch (IllegalArgumentException e) {
                    messages.add(e.getMessage());
                }
            }
            try {
                ctx.sleepUntil(Instant.MAX);
            } catch (IllegalArgumentException e) {
                messages.add(e.getMessage());
            }
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(node.log(id)).hasSize(1);
        }
        assertThat(messages).hasSize(4).allMatch(message -> message.contains("expected a "));
    }

    @Test
    void aLoopOfSleepsNeedsNoStep() {
        try (EngineNode node = node((ctx, in) -> {
            for (int i = 0; i < 20; i++) {
                ctx.sleep(Duration.ofHours(1));
            }
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            for (int i = 0; i < 20; i++) {
                int sleeps = i + 1;
                Await.until("it sleeps " + sleeps, () -> node.log(id).size() == sleeps);
                node.awaitWait(id);
                clock.advance(Duration.ofHours(1));
            }
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(node.log(id))
                    .filteredOn(record -> record.event() instanceof HistoryEvent.TimerStarted)
                    .hasSize(20);
        }
    }
}
