package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Branch;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.StepScope;
import dev.holdfast.Submission;
import dev.holdfast.TooLargeException;
import dev.holdfast.UnknownDefinitionException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.json.JacksonCodec;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Branches and children where two things happen at once: pauses, cancels, retries, deadlines and changed code. */
@Timeout(60)
final class BranchHazardTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Definition<String, String> OTHER = Definition.of("other", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Duration DAY = Duration.ofDays(1);
    private static final ActionOptions WHY = ActionOptions.because("a test").by("ann");

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch inBody = new CountDownLatch(1);
    private final CountDownLatch leave = new CountDownLatch(1);

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private static List<HistoryItem> items(EngineNode node, String id) {
        return node.engine()
                .admin()
                .history(id, new PageRequest(200, Optional.empty()))
                .items();
    }

    private static void awaitLooks(EngineNode node) {
        int before = node.store().looks();
        Await.until("it looks", () -> node.store().looks() > before + 2);
    }

    private static void retry(EngineNode node, String id) {
        node.engine().admin().retry(node.find(id).deadLetter().orElseThrow(), WHY, EngineNode.DEADLINE);
    }

    @Test
    void aCancelThatEndsAPauseReachesABranchThatAlreadyStoodStill() throws Exception {
        CountDownLatch shortStep = new CountDownLatch(1);
        CountDownLatch both = new CountDownLatch(2);
        try (EngineNode node = node((ctx, in) -> String.join(
                "",
                ctx.all(List.of(
                        branch -> {
                            branch.run("short", step -> {
                                both.countDown();
                                shortStep.await();
                            });
                            return branch.awaitSignal(GO);
                        },
                        branch -> {
                            branch.run("long", step -> {
                                both.countDown();
                                leave.await();
                            });
                            return branch.awaitSignal(GO);
                        }))))) {
            String id = node.submit(WORK, "").id();
            both.await();
            assertThat(node.engine().admin().pause(id, WHY, Duration.ZERO)).isEmpty();
            awaitLooks(node);
            shortStep.countDown(); // that branch stands still, and waits for the other one
            Await.until(
                    "the short step has ended",
                    () -> items(node, id).stream()
                            .anyMatch(item ->
                                    item.name().equals("short") && item.state().equals("succeeded")));
            awaitLooks(node);
            node.engine().admin().cancel(id, WHY, Duration.ZERO);
            Await.until("it is cancelled", () -> node.find(id).status() == WorkflowStatus.COMPENSATING);
            leave.countDown();
            node.await(id, WorkflowStatus.CANCELLED);
        }
    }

    /** The code has seen a winner of which the log knows nothing; nothing that followed has left the process. */
    @Test
    void twoEndsBeforeTheDecisionIsFlushedLeaveOneWinnerBehindACrash() {
        for (int i = 0; i < 200; i++) {
            MemoryDatabase own = new MemoryDatabase(clock);
            MemoryStore first =
                    new MemoryStore(own, "node", new JacksonCodec(), DAY); // an outcome waits for what follows
            AtomicBoolean isDead = new AtomicBoolean();
            CyclicBarrier both = new CyclicBarrier(2);
            Workflow<String, String> code = (ctx, in) -> {
                String winner = ctx.race(List.of(
                        branch -> branch.step("call", String.class, step -> endsWithTheOther(both, step, "a")),
                        branch -> branch.step("call", String.class, step -> endsWithTheOther(both, step, "b"))));
                if (!isDead.getAndSet(true)) {
                    first.crash();
                }
                return winner + ctx.step("after", String.class, step -> winner);
            };
            String id;
            try (Engine engine = EngineBuilder.on(telemetry -> first)
                    .config(EngineNode.CONFIG)
                    .register(WORK, code)
                    .start()) {
                id = engine.submit(WORK, "").id();
                Await.until("its node has died", isDead::get);
            }
            try (EngineNode node = EngineNode.start(own, builder -> builder.register(WORK, code))) {
                String result = node.engine().handle(WORK, id).result(EngineNode.DEADLINE);
                List<String> steps = items(node, id).stream()
                        .filter(item -> item.name().equals("call"))
                        .filter(item -> item.state().equals("succeeded"))
                        .map(item -> item.branch().endsWith(".0") ? "a" : "b")
                        .toList();
                assertThat(result).isIn("aa", "bb");
                assertThat(steps).contains(result.substring(1));
            }
        }
    }

    private static String endsWithTheOther(CyclicBarrier both, StepScope step, String value) throws Exception {
        if (step.attempt() == 1) {
            both.await();
        }
        return value;
    }

    @Test
    void theOutcomeOfABodyThatEndsJustBeforeARetryIsKept() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        Step once = Step.named("breaks").retry(RetryPolicy.never());
        try (EngineNode node = node((ctx, in) -> String.join(
                "+",
                ctx.all(List.of(
                        branch -> branch.step("long", String.class, step -> {
                            events.add("long");
                            inBody.countDown();
                            leave.await();
                            return "long";
                        }),
                        branch -> branch.step(once, String.class, step -> {
                            inBody.await();
                            if (broken.get()) {
                                throw new IllegalStateException("broken");
                            }
                            return "mended";
                        })))))) {
            String id = node.submit(WORK, "").id();
            node.await(id, WorkflowStatus.DEAD_LETTERED);
            broken.set(false);
            node.engine().admin().retry(node.find(id).deadLetter().orElseThrow(), WHY, Duration.ZERO);
            awaitLooks(node); // the retry waits until the body has ended
            leave.countDown();
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(events).containsExactly("long");
        }
    }

    @Test
    void whatALoserDoesAtItsExitIsNotInterrupted() {
        Step once = Step.named("cleans").retry(RetryPolicy.never());
        try (EngineNode node = node((ctx, in) -> ctx.race(List.of(
                branch -> {
                    try {
                        branch.onExit("exits", step -> {
                            Thread.sleep(1);
                            events.add("exits");
                        });
                        return branch.awaitSignal(GO);
                    } finally {
                        branch.uncancellable(() -> branch.step(once, String.class, step -> {
                            Thread.sleep(1);
                            events.add("cleans");
                            return "";
                        }));
                    }
                },
                branch -> branch.step("quick", String.class, step -> "quick"))))) {
            String id = node.submit(WORK, "").id();
            Await.until("it is over", () -> node.find(id).status() != WorkflowStatus.RUNNING);
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(events).containsExactly("cleans", "exits");
        }
    }

    @Test
    void aRetryOfADeadlineKeepsItWhereABranchHasActedBehindItsStop() {
        try (EngineNode node = node((ctx, in) -> String.join("", ctx.all(List.of(branch -> {
            branch.run("begins", step -> {});
            branch.onExit("exits", step -> events.add("exits"));
            return branch.awaitSignal(GO);
        }))))) {
            String id = node.engine()
                    .submit(WORK, "", Submission.plain().deadline(DAY))
                    .id();
            node.awaitWait(id);
            clock.advance(DAY.plusSeconds(5));
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(events).containsExactly("exits");
            String letter = node.find(id).deadLetter().orElseThrow();
            retry(node, id);
            Await.until(
                    "it is parked again",
                    () -> !node.find(id).deadLetter().orElse(letter).equals(letter));
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.NON_RETRYABLE);
        }
    }

    @Test
    void aChildThatWasRefusedIsRefusedAgainOnReplay() {
        try (EngineNode node = node((ctx, in) -> {
            try {
                return ctx.child(OTHER, in);
            } catch (UnknownDefinitionException e) {
                return ctx.step("fallback", String.class, step -> "fallback") + ctx.awaitSignal(GO);
            }
        })) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            node.engine().signal(id, GO, "!");
            Await.until("it is over", () -> node.find(id).status() != WorkflowStatus.WAITING);
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("fallback!");
        }
    }

    @Test
    void aCancelIsNotDeliveredAtARefusedCallThatTheCodeHasLeft() {
        String large = "x".repeat(100_000);
        try (EngineNode node = node((ctx, in) -> ctx.saga(saga -> {
            try {
                ctx.child(OTHER, in);
            } catch (UnknownDefinitionException e) {
                events.add("unknown");
            }
            try {
                ctx.publish("large", large);
            } catch (TooLargeException e) {
                events.add("too large");
            }
            saga.run("hold", step -> {}, step -> events.add("release"));
            return ctx.awaitSignal(GO);
        }))) {
            String id = node.submit(WORK, "").id();
            node.awaitWait(id);
            node.engine().admin().cancel(id, WHY, EngineNode.DEADLINE);
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("unknown", "too large", "unknown", "too large", "release");
        }
    }

    @Test
    void codeThatFailsInABranchLongPastDoesNotDecideItsJoin() {
        Workflow<String, String> good = (ctx, in) ->
                String.join("", ctx.all(abc(false))) + ctx.now().isAfter(Instant.MIN) + ctx.awaitSignal(GO);
        String id;
        try (EngineNode node = node(good)) {
            id = node.submit(WORK, "").id();
            node.awaitWait(id);
        }
        try (EngineNode node = node((ctx, in) ->
                String.join("", ctx.all(abc(true))) + ctx.now().isAfter(Instant.MIN) + ctx.awaitSignal(GO))) {
            node.engine().signal(id, GO, "!");
            assertThat(node.deadLetter(id).cause()).isEqualTo(Cause.HISTORY_MISMATCH);
        }
        try (EngineNode node = node(good)) {
            retry(node, id);
            node.await(id, WorkflowStatus.COMPLETED);
        }
    }

    private static List<Branch<String>> abc(boolean fails) {
        return List.of(branch -> branch.step("a", String.class, step -> "a"), branch -> {
            String b = branch.step("b", String.class, step -> "b");
            if (fails) {
                throw new WorkflowFailedException("a bug");
            }
            return b;
        });
    }

    /** Many times: the last thread of a nested join ends at the moment at which its branch ends, too. */
    @Test
    void aWorkflowIsUnloadedAlsoIfItsLastThreadEndsBehindItsBranch() {
        Branch<String> nested =
                branch -> String.join("", branch.all(List.of(inner -> "x", inner -> "y", inner -> "z")));
        try (EngineNode node = node((ctx, in) ->
                String.join("", ctx.all(List.of(nested, nested, branch -> branch.awaitSignal(GO)))))) {
            for (int i = 0; i < 10; i++) {
                List<String> ids = IntStream.range(0, 100)
                        .mapToObj(n -> node.submit(WORK, "").id())
                        .toList();
                ids.forEach(node::awaitWait);
            }
        }
    }
}
