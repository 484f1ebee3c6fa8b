package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.DeadlineExceeded;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.ParkingReason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The deadline of a workflow: absolute, thrown once, and a dead letter where code does not catch it. */
@Timeout(60)
final class DeadlineTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> APPROVAL = Signal.named("approval", String.class);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Submission TODAY = Submission.plain().deadline(DAY);
    private static final ActionOptions WHY = ActionOptions.because("a test").by("ann");

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<String> events = new CopyOnWriteArrayList<>();

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private String step(WorkflowContext ctx, String name) {
        return ctx.step(name, String.class, step -> {
            events.add(name);
            return name;
        });
    }

    private static String submit(EngineNode node, Submission submission) {
        return node.engine().submit(WORK, "", submission).id();
    }

    private static void retry(EngineNode node, String id) {
        String letter = node.find(id).deadLetter().orElseThrow();
        node.engine().admin().retry(letter, WHY, EngineNode.DEADLINE);
    }

    private static void awaitLooks(EngineNode node) {
        int before = node.store().looks();
        Await.until("it looks", () -> node.store().looks() > before + 2);
    }

    private final Workflow<String, String> approval = (ctx, in) -> {
        step(ctx, "before");
        ctx.awaitSignal(APPROVAL);
        return step(ctx, "after");
    };

    @Test
    void aWaitEndsAtTheDeadlineAndTheWorkflowIsParkedWithNothingUndone() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            saga.run("hold", step -> {}, step -> events.add("release"));
            return ctx.awaitSignal(APPROVAL);
        }))) {
            String id = submit(node, TODAY);
            Instant deadline = node.find(id).deadline().orElseThrow();
            assertThat(deadline).isEqualTo(clock.instant().plus(DAY));
            assertThat(node.awaitWait(id).until().orElseThrow())
                    .as("whatever it waits for, it goes on then")
                    .isBetween(deadline.minusSeconds(1), deadline.plusSeconds(1));
            clock.advance(DAY.minusSeconds(5));
            awaitLooks(node);
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.WAITING);
            clock.advance(Duration.ofSeconds(10));
            ParkingReason letter = node.deadLetter(id);
            assertThat(letter.cause()).isEqualTo(Cause.DEADLINE);
            assertThat(letter.failure().message()).contains(id, deadline.toString(), "retry");
            assertThat(letter.position()).isNotNull();
            assertThat(events).isEmpty();
        }
    }

    /** Its retry clears the deadline: the call at which it stood is made again. */
    @Test
    void aRetryLetsItGoOnWithoutADeadline() {
        String id;
        try (EngineNode node = node(approval)) {
            id = submit(node, TODAY);
            node.awaitWait(id);
            clock.advance(DAY.plusSeconds(5));
            node.deadLetter(id);
            retry(node, id);
            assertThat(node.awaitWait(id).until()).isEmpty();
            node.crash();
        }
        try (EngineNode node = node(approval)) {
            node.engine().signal(id, APPROVAL, "yes", "1");
            node.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(events).containsExactly("before", "after");
    }

    @Test
    void codeThatCatchesItGoesOnAndIsToldOnce() {
        Workflow<String, String> code = (ctx, in) -> {
            try {
                ctx.awaitSignal(APPROVAL);
            } catch (DeadlineExceeded e) {
                assertThat(e.deadline()).isEqualTo(Instant.parse("2026-01-02T00:00:00Z"));
                step(ctx, "late");
            }
            return ctx.awaitSignal(APPROVAL);
        };
        String id;
        try (EngineNode node = node(code)) {
            id = submit(node, Submission.plain().deadline(Instant.parse("2026-01-02T00:00:00Z")));
            Await.until("it was told", () -> events.contains("late"));
            node.awaitWait(id);
            node.crash();
        }
        try (EngineNode node = node(code)) {
            awaitLooks(node);
            node.engine().signal(id, APPROVAL, "yes", "1");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("yes");
            assertThat(node.log(id).stream().filter(record -> record.event() instanceof HistoryEvent.DeadlinePassed))
                    .hasSize(1);
        }
        assertThat(events).containsExactly("late");
    }

    @Test
    void codeThatTurnsItIntoAFailureUndoes() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            saga.run("hold", step -> {}, step -> events.add("release"));
            try {
                return ctx.awaitSignal(APPROVAL);
            } catch (DeadlineExceeded e) {
                throw new WorkflowFailedException("nobody approved in time");
            }
        }))) {
            String id = submit(node, TODAY);
            node.awaitWait(id);
            clock.advance(DAY.plusSeconds(5));
            node.await(id, WorkflowStatus.FAILED);
            assertThat(events).containsExactly("release");
        }
    }

    /** What code did about it is in its history, so a retry cannot take it back. */
    @Test
    void codeThatThrowsItOnAfterAnotherCallIsParkedAsItsOwnFailure() {
        try (EngineNode node = node((ctx, in) -> {
            try {
                return ctx.awaitSignal(APPROVAL);
            } catch (DeadlineExceeded e) {
                step(ctx, "tell");
                throw e;
            }
        })) {
            String id = submit(node, TODAY);
            node.awaitWait(id);
            clock.advance(DAY.plusSeconds(5));
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.NON_RETRYABLE);
            retry(node, id);
            Await.until(
                    "it is parked again",
                    () -> node.log(id).stream()
                                    .filter(record -> record.event() instanceof HistoryEvent.Parked)
                                    .count()
                            == 2);
            assertThat(node.deadLetterNow(id).cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(events).containsExactly("tell");
        }
    }

    @Test
    void aRestartDoesNotBeginItAnewTrap16() {
        String id;
        try (EngineNode node = node(approval)) {
            id = submit(node, TODAY);
            node.awaitWait(id);
            node.crash();
        }
        clock.advance(DAY.minusHours(1));
        try (EngineNode node = node(approval)) {
            awaitLooks(node);
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.WAITING);
            node.crash();
        }
        clock.advance(Duration.ofHours(2));
        try (EngineNode node = node(approval)) {
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.DEADLINE);
        }
    }

    /** It was loaded again and again, as fast as the node could. */
    @Test
    void aDeadlineDoesNotLoadAWorkflowThatWasCancelled() {
        try (EngineNode node = node((ctx, in) -> {
            events.add("load");
            return String.join(
                    "",
                    ctx.all(List.of(branch -> branch.uncancellable(() -> {
                        branch.sleep(DAY.multipliedBy(2));
                        return "";
                    }))));
        })) {
            String id = submit(node, TODAY);
            node.awaitWait(id);
            node.engine().admin().cancel(id, WHY, EngineNode.DEADLINE);
            Await.until(
                    "it is unloaded again",
                    () -> node.find(id).status() == WorkflowStatus.COMPENSATING
                            && node.find(id).waitingFor().isPresent());
            clock.advance(DAY.plusSeconds(5));
            awaitLooks(node);
            assertThat(events).hasSizeLessThan(10);
            clock.advance(DAY);
            node.await(id, WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void aBodyMayEndAndABackOffIsCutShort() {
        RetryPolicy weekly = RetryPolicy.exponential(Duration.ofDays(7), 5);
        try (EngineNode node = node((ctx, in) -> ctx.step(Step.named("call").retry(weekly), String.class, step -> {
            events.add("attempt " + step.attempt());
            throw new IllegalStateException("not now");
        }))) {
            String id = submit(node, TODAY);
            node.awaitWait(id);
            clock.advance(DAY.plusSeconds(5));
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.DEADLINE);
            assertThat(events).containsExactly("attempt 1");
        }
    }

    /** In an undo, in an exit action, and where code says so. */
    @Test
    void itIsNotDeliveredWhereNoCancelIs() {
        RetryPolicy weekly = RetryPolicy.exponential(Duration.ofDays(7), 5).jitter(0);
        CountDownLatch down = new CountDownLatch(1);
        try (EngineNode node = node((ctx, in) -> ctx.uncancellable(() -> ctx.saga(saga -> {
            saga.run(Step.named("hold").retry(weekly), step -> {}, step -> {
                if (down.getCount() > 0) {
                    down.countDown();
                    throw new IllegalStateException("the bank is down");
                }
            });
            ctx.sleep(DAY.multipliedBy(2));
            throw new WorkflowFailedException("no");
        })))) {
            String id = submit(node, TODAY);
            assertThat(node.awaitWait(id).until()).contains(clock.instant().plus(DAY.multipliedBy(2)));
            clock.advance(DAY.multipliedBy(2));
            Await.until(
                    "its undo backs off",
                    () -> node.find(id).waitingFor().stream()
                            .anyMatch(wait -> wait.kind().equals("retry")));
            awaitLooks(node);
            assertThat(node.find(id).waitingFor().orElseThrow().until().orElseThrow())
                    .isAfter(clock.instant().plus(DAY));
            clock.advance(DAY.multipliedBy(8));
            node.await(id, WorkflowStatus.FAILED);
        }
    }

    @Test
    void itComesAtTheFirstCallBehindAnUncancellableBlock() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.uncancellable(() -> {
                ctx.sleep(DAY.multipliedBy(2));
                return step(ctx, "inside");
            });
            return step(ctx, "behind");
        })) {
            String id = submit(node, TODAY);
            node.awaitWait(id);
            clock.advance(DAY.multipliedBy(3));
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.DEADLINE);
            assertThat(events).containsExactly("inside");
        }
    }

    @Test
    void aDefinitionHasOneForAllWhoseSubmissionsSayNothing() {
        Definition<String, String> daily =
                Definition.of("daily", 1, String.class, String.class).deadline(DAY);
        try (EngineNode node = EngineNode.start(
                database, builder -> builder.register(daily, (ctx, in) -> ctx.awaitSignal(APPROVAL)))) {
            String byDefinition = node.engine().submit(daily, "").id();
            String bySubmission = node.engine()
                    .submit(daily, "", Submission.key("k").deadline(DAY.multipliedBy(2)))
                    .id();
            assertThat(node.find(byDefinition).deadline())
                    .contains(clock.instant().plus(DAY));
            assertThat(node.find(bySubmission).deadline())
                    .contains(clock.instant().plus(DAY.multipliedBy(2)));
            node.awaitWait(byDefinition);
            node.awaitWait(bySubmission);
            clock.advance(DAY.plusSeconds(5));
            assertThat(node.deadLetter(byDefinition).cause()).isEqualTo(Cause.DEADLINE);
            awaitLooks(node);
            assertThat(node.find(bySubmission).status()).isEqualTo(WorkflowStatus.WAITING);
        }
    }

    @Test
    void aPauseOutlastsItAndItComesAtTheResume() {
        try (EngineNode node = node(approval)) {
            String id = submit(node, TODAY);
            node.awaitWait(id);
            node.engine().admin().pause(id, WHY, EngineNode.DEADLINE);
            clock.advance(DAY.multipliedBy(2));
            awaitLooks(node);
            assertThat(node.find(id).status()).isEqualTo(WorkflowStatus.PAUSED);
            node.engine().admin().resume(id, WHY, EngineNode.DEADLINE);
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.DEADLINE);
        }
    }

    @Test
    void aCancelWinsOverADeadlineThatHasPassed() {
        try (EngineNode node = node(approval)) {
            String id = submit(node, TODAY);
            node.awaitWait(id);
            node.engine().admin().pause(id, WHY, EngineNode.DEADLINE);
            clock.advance(DAY.multipliedBy(2));
            node.engine().admin().cancel(id, WHY, EngineNode.DEADLINE);
            node.await(id, WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void sillyDeadlinesAreRefused() {
        Submission plain = Submission.plain();
        for (Duration silly : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(40_000))) {
            assertThatThrownBy(() -> plain.deadline(silly))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(silly.toString());
            assertThatThrownBy(() -> WORK.deadline(silly)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> plain.deadline(Instant.MAX))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("from 1970");
    }
}
