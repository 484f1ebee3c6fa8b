package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.UnknownDeadLetterException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.InvalidOptionException;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What operators and services ask of workflows, and what becomes of it. */
@Timeout(60)
final class OperatorActionTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Duration WAIT = EngineNode.DEADLINE;
    private static final ActionOptions WHY = ActionOptions.because("because").by("ann");

    private final MemoryDatabase database = new MemoryDatabase();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch inBody = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicBoolean mended = new AtomicBoolean();

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    /** Two steps in a saga; the second one waits in its body until it is let. */
    private final Workflow<String, String> saga = (ctx, in) -> {
        ctx.onExit("tidy", step -> events.add("exit"));
        return ctx.saga(s -> {
            s.step("first", String.class, step -> "one", (step, value) -> events.add("undo " + value));
            s.step(
                    "second",
                    String.class,
                    step -> {
                        inBody.countDown();
                        go.await();
                        return "two";
                    },
                    (step, value) -> events.add("undo " + value));
            return ctx.step("third", String.class, step -> {
                events.add("third");
                return "done";
            });
        });
    };

    private final Workflow<String, String> failing = (ctx, in) -> call(ctx);

    /** Three attempts that fail until it is mended. */
    private String call(WorkflowContext ctx) {
        RetryPolicy quick =
                RetryPolicy.exponential(Duration.ofMillis(1), 3).factor(1).jitter(0);
        return ctx.step(Step.named("call").retry(quick), String.class, step -> {
            events.add(step.attempt() + " " + step.idempotencyKey());
            if (!mended.get()) {
                throw new IllegalStateException("not now");
            }
            return "attempt " + step.attempt();
        });
    }

    private String parked(EngineNode node) {
        String id = node.submit(WORK, "").id();
        return node.await(id, WorkflowStatus.DEAD_LETTERED).deadLetter().orElseThrow();
    }

    @Test
    void aCancelComesAtTheNextStepAndWhatWasDoneIsUndone() throws InterruptedException {
        try (EngineNode node = node(saga)) {
            String id = node.submit(WORK, "").id();
            inBody.await();
            assertThat(node.engine().admin().cancel(id, WHY, Duration.ZERO)).isEmpty();
            assertThat(node.engine().admin().cancel(id, WHY, Duration.ofMillis(50)))
                    .isEmpty();
            go.countDown();
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("undo two", "undo one", "exit");
            assertThatThrownBy(() -> node.engine().admin().cancel(id, WHY, WAIT))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("CANCELLED");
        }
    }

    @Test
    void aCancelUndoesAStepWhoseOutcomeWasLostInACrash() throws InterruptedException {
        String id;
        try (EngineNode node = node(saga)) {
            id = node.submit(WORK, "").id();
            inBody.await(); // it may have had its effect
            assertThat(node.engine().admin().cancel(id, WHY, Duration.ZERO)).isEmpty();
            node.crash();
        }
        go.countDown();
        try (EngineNode node = node(saga)) {
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("undo two", "undo one", "exit");
        }
    }

    @Test
    void aCancelIsDecidedWhileSomebodyWaits() throws InterruptedException {
        try (EngineNode node = node(saga)) {
            String id = node.submit(WORK, "").id();
            inBody.await();
            go.countDown();
            Optional<WorkflowStatus> decided;
            try {
                decided = node.engine().admin().cancel(id, WHY, WAIT);
                assertThat(decided).contains(WorkflowStatus.COMPENSATING);
                node.await(id, WorkflowStatus.CANCELLED);
            } catch (ActionRefusedException e) {
                assertThat(e.status()).isEqualTo(WorkflowStatus.COMPLETED);
                node.await(id, WorkflowStatus.COMPLETED);
            }
        }
    }

    @Test
    void aCancelledWorkflowTakesTheSamePathOnReplay() throws InterruptedException {
        String id;
        CountDownLatch undoing = new CountDownLatch(1);
        Workflow<String, String> code = (ctx, in) -> ctx.saga(s -> {
            s.step("first", String.class, step -> "one", (step, value) -> {
                events.add("undo " + step.attempt());
                undoing.countDown();
                go.await();
            });
            inBody.countDown();
            while (true) {
                ctx.run("again", step -> {});
            }
        });
        try (EngineNode node = node(code)) {
            id = node.submit(WORK, "").id();
            inBody.await();
            assertThat(node.engine().admin().cancel(id, WHY, WAIT)).contains(WorkflowStatus.COMPENSATING);
            undoing.await();
            node.crash();
        }
        go.countDown();
        try (EngineNode node = node(code)) {
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("undo 1", "undo 2");
        }
    }

    @Test
    void manyCancelsThatCannotBeDecidedYetKeepNoOtherFromIt() {
        try (EngineNode node = node((ctx, in) -> ctx.step("call", String.class, step -> {
            go.await();
            return in;
        }))) {
            for (int i = 0; i < 300; i++) { // more than one look takes at a time
                node.engine().admin().cancel(node.submit(WORK, "").id(), WHY, Duration.ZERO);
            }
            String last = node.submit(WORK, "").id();
            assertThat(node.engine().admin().terminate(last, WHY, WAIT)).contains(WorkflowStatus.CANCELLED);
            go.countDown();
        }
    }

    @Test
    void aCancelThatItsCodeSwallowsStillCancels() throws InterruptedException {
        Workflow<String, String> stubborn = (ctx, in) -> {
            inBody.countDown();
            for (int i = 0; i < 1_000_000; i++) {
                try {
                    ctx.run("again", step -> {});
                } catch (Throwable e) {
                    events.add("caught");
                    if (events.size() > 3) {
                        return "as if nothing had happened";
                    }
                }
            }
            return "";
        };
        try (EngineNode node = node(stubborn)) {
            String id = node.submit(WORK, "").id();
            inBody.await();
            node.engine().admin().cancel(id, WHY, WAIT);
            node.await(id, WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void aCancelEndsABackOffAtOnce() {
        RetryPolicy slow =
                RetryPolicy.exponential(Duration.ofHours(1), 3).factor(1).jitter(0);
        try (EngineNode node = node((ctx, in) -> ctx.step(Step.named("call").retry(slow), String.class, step -> {
            throw new IllegalStateException("not now");
        }))) {
            String id = node.submit(WORK, "").id();
            node.await(id, WorkflowStatus.WAITING);
            assertThat(node.engine().admin().cancel(id, WHY, WAIT)).contains(WorkflowStatus.COMPENSATING);
            node.await(id, WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void terminatingRunsNoCodeAndDropsWhatTheBodyReturns() throws InterruptedException {
        Workflow<String, String> deaf = (ctx, in) -> ctx.step("call", String.class, step -> {
            inBody.countDown();
            while (go.getCount() > 0) {
                boolean unused = Thread.interrupted();
                Thread.onSpinWait();
            }
            return "late";
        });
        try (EngineNode node = node(deaf)) {
            var handle = node.submit(WORK, "");
            inBody.await();
            assertThat(node.engine().admin().terminate(handle.id(), WHY, WAIT)).contains(WorkflowStatus.CANCELLED);
            int records = node.log(handle.id()).size();
            go.countDown();
            Await.until("the body has left", () -> node.engine().admin().nodes().size() == 1);
            assertThat(node.log(handle.id())).hasSize(records);
            assertThat(node.find(handle.id()).status()).isEqualTo(WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void retryGoesOnAtTheStepWithAFreshBudgetAndTheSameKey() {
        try (EngineNode node = node(failing)) {
            String letter = parked(node);
            assertThat(events).hasSize(3);
            assertThat(node.engine().admin().retry(letter, WHY, WAIT)).contains(WorkflowStatus.QUEUED);
            Await.until("it is parked again", () -> events.size() == 6);
            String id = node.engine().admin().deadLetter(letter).workflowId();
            String next =
                    node.await(id, WorkflowStatus.DEAD_LETTERED).deadLetter().orElseThrow();
            assertThat(next).isNotEqualTo(letter);
            assertThatThrownBy(() -> node.engine().admin().retry(letter, WHY, WAIT))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("closed");
            mended.set(true);
            node.engine().admin().retry(next, WHY, WAIT);
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(events).hasSize(7);
            assertThat(events.stream()
                            .map(event -> event.substring(event.indexOf(' ')))
                            .distinct())
                    .hasSize(1);
            assertThat(events.getLast()).startsWith("7 ");
        }
    }

    @Test
    void aRetryIsTakenAsSoonAsTheLetterIsSeen() {
        try (EngineNode node = node(failing)) {
            for (int round = 0; round < 300; round++) {
                assertThat(node.engine().admin().retry(parked(node), WHY, WAIT)).contains(WorkflowStatus.QUEUED);
            }
        }
    }

    @Test
    void aRepeatedRequestUnderAKeyIsOneRequest() {
        try (EngineNode node = node(failing)) {
            String letter = parked(node);
            mended.set(true);
            ActionOptions keyed = WHY.key("k1");
            assertThat(node.engine().admin().retry(letter, keyed, WAIT)).contains(WorkflowStatus.QUEUED);
            assertThat(node.engine().admin().retry(letter, keyed, WAIT)).contains(WorkflowStatus.QUEUED);
            assertThatThrownBy(() -> node.engine().admin().retry(letter, WHY.key("k2"), WAIT))
                    .isInstanceOf(ActionRefusedException.class);
        }
    }

    @Test
    void discardEndsAsFailedWithTheErrorOfTheLetter() {
        try (EngineNode node = node(failing)) {
            String letter = parked(node);
            DeadLetter before = node.engine().admin().deadLetter(letter);
            assertThat(before.open()).isTrue();
            assertThat(node.engine()
                            .admin()
                            .deadLetters(DeadLetterFilter.all(10))
                            .items())
                    .containsExactly(before);
            assertThat(node.engine().admin().discard(letter, WHY, WAIT)).contains(WorkflowStatus.FAILED);
            assertThatThrownBy(() -> node.engine().handle(before.workflowId()).result(WAIT))
                    .isInstanceOf(WorkflowFailedException.class)
                    .hasMessageContaining("not now");
            assertThat(node.engine().admin().deadLetter(letter).open()).isFalse();
            assertThat(node.engine()
                            .admin()
                            .deadLetters(DeadLetterFilter.all(10))
                            .items())
                    .isEmpty();
            assertThat(node.engine()
                            .admin()
                            .history(before.workflowId(), PageRequest.first(100))
                            .items())
                    .extracting(HistoryItem::name)
                    .endsWith("dead-letter", "discard");
        }
    }

    @Test
    void aParkedWorkflowIsCancelledAtTheStepThatFailed() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(s -> {
            s.step("first", String.class, step -> "one", (step, value) -> events.add("undo"));
            return call(ctx);
        }))) {
            String letter = parked(node);
            String id = node.engine().admin().deadLetter(letter).workflowId();
            int attempts = events.size();
            assertThat(node.engine().admin().cancel(id, WHY, WAIT)).contains(WorkflowStatus.COMPENSATING);
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events.subList(attempts, events.size())).containsExactly("undo");
        }
    }

    @Test
    void aCancelRightAfterTheParkingIsDecidedWhenTheWorkflowHasLeft() {
        try (EngineNode node = node(failing)) {
            for (int i = 0; i < 50; i++) {
                String id = node.submit(WORK, "").id();
                node.await(id, WorkflowStatus.DEAD_LETTERED);
                assertThat(node.engine().admin().cancel(id, WHY, WAIT)).contains(WorkflowStatus.COMPENSATING);
            }
        }
    }

    @Test
    void aCancelThatReachesNoStepIsRefusedAndKeepsTheDeadLetter() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("first", step -> {});
            throw new IllegalStateException("a bug");
        })) {
            String id = node.submit(WORK, "").id();
            node.await(id, WorkflowStatus.DEAD_LETTERED);
            Optional<String> letter = node.engine().admin().find(id).deadLetter();
            assertThatThrownBy(() -> node.engine().admin().cancel(id, WHY, WAIT))
                    .isInstanceOf(ActionRefusedException.class)
                    .hasMessageContaining("terminate or discard");
            node.await(id, WorkflowStatus.DEAD_LETTERED);
            assertThat(node.engine().admin().find(id).deadLetter()).isEqualTo(letter);
            assertThat(node.engine().admin().terminate(id, WHY, WAIT)).contains(WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void aCursorThatIsNoneIsRefused() {
        try (EngineNode node = node(failing)) {
            assertThatThrownBy(() -> node.engine()
                            .admin()
                            .deadLetters(DeadLetterFilter.all(1).from("nonsense")))
                    .isInstanceOf(InvalidOptionException.class);
        }
    }

    @Test
    void unknownLettersAreSaidToBeUnknown() {
        try (EngineNode node = node(failing)) {
            String letter = parked(node);
            for (String id : List.of(
                    "x", letter + "1", letter.replace('.', '-'), letter.substring(0, letter.indexOf('.')) + ".1")) {
                assertThatThrownBy(() -> node.engine().admin().deadLetter(id))
                        .isInstanceOf(UnknownDeadLetterException.class);
            }
        }
    }
}
