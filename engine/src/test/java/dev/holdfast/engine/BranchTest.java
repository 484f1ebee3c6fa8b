package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Branch;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Branches: all, race and map. The numbers are those of the traps in the design. */
@Timeout(60)
final class BranchTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Signal<String> OTHER = Signal.named("other", String.class);
    private static final Duration DAYS = Duration.ofDays(2);
    private static final ActionOptions WHY =
            ActionOptions.because("ordered twice").by("ann");

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch leave = new CountDownLatch(1);

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    private static List<String> history(EngineNode node, String id) {
        return node.engine().admin().history(id, new PageRequest(200, Optional.empty())).items().stream()
                .map(item -> (item.branch().isEmpty() ? "" : item.branch() + ": ") + item.name() + " " + item.state())
                .toList();
    }

    private static String step(WorkflowContext ctx, String name) {
        return ctx.step(name, String.class, step -> name);
    }

    @Test
    void allReturnsTheValuesInTheOrderOfTheBranches() throws Exception {
        CyclicBarrier together = new CyclicBarrier(3);
        List<Branch<String>> branches = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            branches.add(branch -> branch.step(name, String.class, step -> {
                together.await(); // so they run at the same time
                return name;
            }));
        }
        try (EngineNode node = node((ctx, in) -> String.join("", ctx.all(branches)))) {
            assertThat(node.run(WORK, "")).isEqualTo("abc");
        }
    }

    @Test
    void mapRunsAtMostSoManyAtATime() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Integer> items = IntStream.range(0, 100).boxed().toList();
        try (EngineNode node = node((ctx, in) -> String.valueOf(ctx
                .map(
                        items,
                        7,
                        (branch, item) -> branch.step("double", Integer.class, step -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            Thread.sleep(1);
                            running.decrementAndGet();
                            return 2 * item;
                        }))
                .stream()
                .mapToInt(Integer::intValue)
                .sum()))) {
            assertThat(node.run(WORK, "")).isEqualTo("9900");
            assertThat(most.get()).isBetween(2, 7);
        }
    }

    @Test
    void theFirstEndWinsARace() {
        try (EngineNode node = node((ctx, in) ->
                ctx.race(List.of(branch -> branch.awaitSignal(GO), branch -> step(branch, "quick"), branch -> {
                    branch.sleep(DAYS);
                    return "slept";
                })))) {
            String id = node.submit(WORK, "").id();
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("quick");
            assertThat(history(node, id)).contains("0.1: join decided", "0.0: stop lost", "end COMPLETED");
        }
    }

    @Test
    void aWorkflowWhoseBranchesAllWaitIsUnloadedAndWakesForEach() {
        try (EngineNode node = node((ctx, in) -> String.join(
                "+",
                ctx.all(List.of(
                        branch -> branch.awaitSignal(GO) + step(branch, "1"),
                        branch -> branch.awaitSignal(OTHER) + step(branch, "2"),
                        branch -> {
                            branch.sleep(DAYS);
                            return step(branch, "3");
                        }))))) {
            String id = node.submit(WORK, "").id();
            assertThat(node.awaitWait(id).kind()).isEqualTo("signal");
            node.engine().signal(id, OTHER, "b");
            Await.until("the branch has gone on", () -> history(node, id).contains("0.1: 2 succeeded"));
            node.awaitWait(id);
            clock.advance(DAYS);
            Await.until("the branch has gone on", () -> history(node, id).contains("0.2: 3 succeeded"));
            node.awaitWait(id);
            node.engine().signal(id, GO, "a");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("a1+b2+3");
        }
    }

    @Test
    void theFirstFailureStopsTheOthersAndTheirSagasAreUndone() {
        try (EngineNode node = node((ctx, in) -> {
            try {
                ctx.all(List.of(
                        branch -> branch.saga(saga -> {
                            saga.run("hold", step -> events.add("hold"), step -> events.add("release"));
                            branch.awaitSignal(OTHER);
                            return "";
                        }),
                        branch -> {
                            branch.awaitSignal(GO);
                            return branch.step("refuse", String.class, step -> {
                                throw new StepRejected("no");
                            });
                        }));
                return "all";
            } catch (StepRejectedException e) {
                return step(ctx, "after") + ":" + e.step();
            }
        })) {
            String id = node.submit(WORK, "").id();
            Await.until("it holds", () -> events.contains("hold"));
            node.awaitWait(id);
            node.engine().signal(id, GO, "");
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("after:refuse");
            assertThat(events).containsExactly("hold", "release");
            assertThat(history(node, id))
                    .contains("0.1: join decided", "0.0: stop lost", "0.0: hold undone", "0.0: undo-hold succeeded");
        }
    }

    @Test
    void aLoserIsInterruptedInItsBodyTrap17() {
        CountDownLatch inBody = new CountDownLatch(1);
        try (EngineNode node = node((ctx, in) -> ctx.race(List.of(
                branch -> branch.step("slow", String.class, step -> {
                    inBody.countDown();
                    try {
                        leave.await();
                    } catch (InterruptedException e) {
                        events.add("interrupted");
                        throw e;
                    }
                    return "slow";
                }),
                branch -> branch.step("quick", String.class, step -> {
                    inBody.await();
                    return "quick";
                }))))) {
            String id = node.submit(WORK, "").id();
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("quick");
            assertThat(events).containsExactly("interrupted");
            assertThat(history(node, id)).contains("0.0: slow failed", "0.0: stop lost");
        }
    }

    @Test
    void aDeafLoserIsWaitedForAndItsOutcomeRecordedTrap22Trap25() {
        CountDownLatch inBody = new CountDownLatch(1);
        AtomicBoolean returned = new AtomicBoolean();
        try (EngineNode node = node((ctx, in) -> {
            String won = ctx.race(List.of(
                    branch -> branch.step("deaf", String.class, step -> {
                        inBody.countDown();
                        boolean interrupted = false;
                        while (true) {
                            try {
                                leave.await();
                                return "deaf" + interrupted;
                            } catch (InterruptedException e) {
                                interrupted = true;
                            }
                        }
                    }),
                    branch -> branch.step("quick", String.class, step -> {
                        inBody.await();
                        return "quick";
                    })));
            returned.set(true);
            return won;
        })) {
            String id = node.submit(WORK, "").id();
            Await.until("it is decided", () -> history(node, id).contains("0.1: quick succeeded"));
            assertThat(returned).isFalse();
            leave.countDown();
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("quick");
            assertThat(history(node, id)).contains("0.0: deaf succeeded", "0.1: join decided");
        }
    }

    @Test
    void aDeadLetterInOneBranchLeavesTheOthersOutcomesAndARetryGoesOnThere() {
        CountDownLatch inBody = new CountDownLatch(1);
        AtomicBoolean broken = new AtomicBoolean(true);
        Step once = Step.named("breaks").retry(RetryPolicy.exponential(Duration.ofSeconds(1), 1));
        try (EngineNode node = node((ctx, in) -> String.join(
                "+",
                ctx.all(List.of(
                        branch -> branch.step("long", String.class, step -> {
                                    events.add("long");
                                    inBody.countDown();
                                    leave.await();
                                    return "long";
                                })
                                + step(branch, "next"),
                        branch -> branch.step(once, String.class, step -> {
                            inBody.await();
                            if (broken.get()) {
                                throw new IllegalStateException("broken");
                            }
                            return "mended";
                        })))))) {
            String id = node.submit(WORK, "").id();
            node.await(id, WorkflowStatus.DEAD_LETTERED);
            leave.countDown();
            Await.until(
                    "the other branch's outcome is recorded",
                    () -> history(node, id).contains("0.0: long succeeded"));
            assertThat(history(node, id)).doesNotContain("0.0: next started");
            broken.set(false);
            assertThat(node.deadLetter(id).step()).isEqualTo("breaks");
            node.engine().admin().retry(node.find(id).deadLetter().orElseThrow(), WHY, EngineNode.DEADLINE);
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("longnext+mended");
            assertThat(events).containsExactly("long");
        }
    }

    @Test
    void aCancelReachesAllBranchesAndUndoesTheirSagas() {
        try (EngineNode node = node((ctx, in) -> ctx.saga(outer -> {
            outer.run("outer", step -> events.add("outer"), step -> events.add("undo-outer"));
            return String.join(
                    "",
                    ctx.map(
                            List.of("a", "b", "c"),
                            3,
                            (branch, item) -> branch.saga(saga -> {
                                saga.run(item, step -> events.add(item), step -> events.add("undo-" + item));
                                return branch.awaitSignal(GO);
                            })));
        }))) {
            String id = node.submit(WORK, "").id();
            Await.until("all wait", () -> events.size() == 4);
            node.awaitWait(id);
            node.engine().admin().cancel(id, WHY, EngineNode.DEADLINE);
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events).hasSize(8).endsWith("undo-outer").contains("undo-a", "undo-b", "undo-c");
        }
    }
}
