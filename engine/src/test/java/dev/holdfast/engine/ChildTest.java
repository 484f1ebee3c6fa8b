package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ChildFailedException;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.AuditEntry;
import dev.holdfast.admin.AuditFilter;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.memory.MemoryDatabase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workflows that start others. The numbers are those of the traps in the design. */
@Timeout(60)
final class ChildTest {
    private static final Definition<String, String> PARENT = Definition.of("parent", 1, String.class, String.class);
    private static final Definition<String, String> CHILD = Definition.of("child", 1, String.class, String.class);
    private static final Definition<String, String> NOBODYS = Definition.of("nobodys", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final ActionOptions WHY = ActionOptions.because("a test").by("ann");

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final List<String> events = new CopyOnWriteArrayList<>();

    private EngineNode node(Workflow<String, String> parent, Workflow<String, String> child) {
        return EngineNode.start(
                database, builder -> builder.register(PARENT, parent).register(CHILD, child));
    }

    private static List<String> history(EngineNode node, String id) {
        return node.engine().admin().history(id, new PageRequest(200, Optional.empty())).items().stream()
                .map(item -> item.kind() + " " + item.name() + " " + item.state())
                .toList();
    }

    private static String childOf(EngineNode node, String parent) {
        Await.until("the child is there", () -> child(node, parent).isPresent());
        return child(node, parent).orElseThrow();
    }

    private static Optional<String> child(EngineNode node, String parent) {
        return node.engine().admin().history(parent, new PageRequest(10, Optional.empty())).items().stream()
                .filter(item -> item.kind() == HistoryItem.Kind.CHILD)
                .flatMap(item -> item.idempotencyKey().stream())
                .findFirst();
    }

    @Test
    void aChildReturnsItsResult() {
        try (EngineNode node = node(
                (ctx, in) -> ctx.child(CHILD, in) + ctx.child(CHILD, "b"),
                (ctx, in) -> ctx.step("work", String.class, step -> in + in))) {
            assertThat(node.run(PARENT, "a")).isEqualTo("aabb");
        }
    }

    @Test
    void aParentWaitsUnloadedAndSaysForWhat() {
        try (EngineNode node = node((ctx, in) -> ctx.child(CHILD, in), (ctx, in) -> ctx.awaitSignal(GO))) {
            String id = node.submit(PARENT, "").id();
            WorkflowSummary.Waiting wait = node.awaitWait(id);
            assertThat(wait.kind() + ":" + wait.name()).isEqualTo("child:child");
            String child = childOf(node, id);
            assertThat(history(node, id)).containsExactly("CHILD child started");
            node.engine().signal(child, GO, "done");
            assertThat(node.engine().handle(PARENT, id).result(EngineNode.DEADLINE))
                    .isEqualTo("done");
        }
    }

    @Test
    void aChildThatFailsOrIsCancelledThrows() {
        try (EngineNode node = node(
                (ctx, in) -> {
                    try {
                        return ctx.child(CHILD, in);
                    } catch (ChildFailedException e) {
                        return e.status() + " " + String.valueOf(e.getMessage()).replace(e.childId(), "x");
                    }
                },
                (ctx, in) -> {
                    ctx.awaitSignal(GO);
                    throw new WorkflowFailedException("no");
                })) {
            String id = node.submit(PARENT, "").id();
            node.awaitWait(id);
            node.engine().signal(childOf(node, id), GO, "");
            assertThat(node.engine().handle(PARENT, id).result(EngineNode.DEADLINE))
                    .isEqualTo("FAILED child x of \"child\" is FAILED: no");
            String second = node.submit(PARENT, "").id();
            node.awaitWait(second);
            node.engine().admin().cancel(childOf(node, second), WHY, EngineNode.DEADLINE);
            assertThat(node.engine().handle(PARENT, second).result(EngineNode.DEADLINE))
                    .startsWith("CANCELLED");
        }
    }

    @Test
    void everyEndOfAChildReachesItsParentTrap27() {
        Step once = Step.named("breaks").retry(RetryPolicy.never());
        try (EngineNode node = node(
                (ctx, in) -> {
                    try {
                        return ctx.child(CHILD, in);
                    } catch (ChildFailedException e) {
                        return e.status().name();
                    }
                },
                (ctx, in) -> ctx.step(once, String.class, step -> {
                    throw new IllegalStateException("broken");
                }))) {
            String discarded = node.submit(PARENT, "").id();
            String child = childOf(node, discarded);
            node.await(child, WorkflowStatus.DEAD_LETTERED);
            assertThat(node.awaitWait(discarded).kind()).isEqualTo("child");
            node.engine().admin().discard(node.find(child).deadLetter().orElseThrow(), WHY, EngineNode.DEADLINE);
            assertThat(node.engine().handle(PARENT, discarded).result(EngineNode.DEADLINE))
                    .isEqualTo("FAILED");
            String terminated = node.submit(PARENT, "").id();
            String other = childOf(node, terminated);
            node.await(other, WorkflowStatus.DEAD_LETTERED);
            node.engine().admin().terminate(other, WHY, EngineNode.DEADLINE);
            assertThat(node.engine().handle(PARENT, terminated).result(EngineNode.DEADLINE))
                    .isEqualTo("CANCELLED");
        }
    }

    @Test
    void aCancelGoesDownAndTheParentWaitsForTheUndoOfTheChild() {
        try (EngineNode node = node(
                (ctx, in) -> ctx.saga(saga -> {
                    saga.run("hold", step -> events.add("hold"), step -> events.add("release"));
                    return ctx.child(CHILD, in);
                }),
                (ctx, in) -> ctx.saga(saga -> {
                    saga.run("child", step -> events.add("child"), step -> events.add("undo-child"));
                    return ctx.awaitSignal(GO);
                }))) {
            String id = node.submit(PARENT, "").id();
            node.awaitWait(id);
            Await.until("the child works", () -> events.contains("child"));
            node.engine().admin().cancel(id, WHY, EngineNode.DEADLINE);
            node.await(id, WorkflowStatus.CANCELLED);
            node.await(childOf(node, id), WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("hold", "child", "undo-child", "release");
        }
    }

    private EngineNode withChildInDoubt() {
        Step once = Step.named("pay").atMostOnce().timeout(Duration.ofMillis(20));
        return node(
                (ctx, in) -> ctx.child(CHILD, in),
                (ctx, in) -> ctx.step(once, String.class, step -> {
                    events.add("pay " + step.attempt());
                    new CountDownLatch(1).await();
                    return "";
                }));
    }

    @Test
    void aChildInDoubtThatIsDiscardedEndsTheCancelOfItsParent() {
        try (EngineNode node = withChildInDoubt()) {
            String id = node.submit(PARENT, "").id();
            String child = childOf(node, id);
            node.deadLetter(child);
            node.engine().admin().cancel(id, WHY, Duration.ZERO);
            Await.until("the cancel goes down", () -> node.find(id).status() == WorkflowStatus.COMPENSATING);
            String letter = node.find(child).deadLetter().orElseThrow();
            node.engine().admin().discard(letter, WHY, EngineNode.DEADLINE);
            node.await(id, WorkflowStatus.CANCELLED);
            Await.until(
                    "the cancel is answered",
                    () -> node.engine().admin().audit(AuditFilter.newest(50).target(child)).items().stream()
                            .anyMatch(AuditEntry::decided));
            assertThat(node.find(child).status()).isEqualTo(WorkflowStatus.FAILED);
        }
    }

    @Test
    void theCancelOfAParentWaitsForAChildInDoubt() {
        try (EngineNode node = withChildInDoubt()) {
            String id = node.submit(PARENT, "").id();
            String child = childOf(node, id);
            assertThat(node.deadLetter(child).cause()).isEqualTo(Cause.IN_DOUBT);
            node.engine().admin().cancel(id, WHY, Duration.ZERO);
            Await.until("the cancel goes down", () -> node.find(id).status() == WorkflowStatus.COMPENSATING);
            Await.until(
                    "it waits for the child",
                    () -> node.find(id)
                            .waitingFor()
                            .filter(wait -> wait.kind().equals("child"))
                            .isPresent());
            int looks = node.store().looks();
            Await.until("it looks again", () -> node.store().looks() > looks + 2);
            assertThat(node.find(child).status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
            String letter = node.find(child).deadLetter().orElseThrow();
            node.engine().admin().runAgainAnyway(letter, WHY, EngineNode.DEADLINE);
            node.await(child, WorkflowStatus.CANCELLED); // the cancel comes before the body
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("pay 1");
        }
    }

    @Test
    void aCancelBetweenTheStartOfAChildAndItsFirstLoadEndsItWithoutItsCode() throws Exception {
        CountDownLatch inBody = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Workflow<String, String> parent = (ctx, in) -> String.join(
                "",
                ctx.all(List.of(
                        branch -> branch.child(CHILD, in),
                        branch -> branch.step("long", String.class, step -> {
                            inBody.countDown();
                            leave.await();
                            return "";
                        }))));
        try (EngineNode node = EngineNode.start(
                database,
                builder -> builder.config(EngineNode.CONFIG.loadedMax(1)) // the parent has the only slot
                        .register(PARENT, parent)
                        .register(CHILD, (ctx, in) -> {
                            events.add("child");
                            return in;
                        }))) {
            String id = node.submit(PARENT, "").id();
            inBody.await();
            String child = childOf(node, id);
            assertThat(node.find(child).status()).isEqualTo(WorkflowStatus.QUEUED);
            node.engine().admin().cancel(id, WHY, Duration.ZERO);
            node.await(child, WorkflowStatus.CANCELLED);
            leave.countDown();
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(events).isEmpty();
        }
    }

    @Test
    void aTerminateOfTheParentCancelsTheChild() {
        try (EngineNode node = node((ctx, in) -> ctx.child(CHILD, in), (ctx, in) -> ctx.awaitSignal(GO))) {
            String id = node.submit(PARENT, "").id();
            node.awaitWait(id);
            String child = childOf(node, id);
            node.engine().admin().terminate(id, WHY, EngineNode.DEADLINE);
            node.await(child, WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void aDetachedWorkflowLivesByItself() {
        try (EngineNode node = node((ctx, in) -> ctx.start(CHILD, in), (ctx, in) -> ctx.awaitSignal(GO))) {
            String id = node.submit(PARENT, "").id();
            String child = node.engine().handle(PARENT, id).result(EngineNode.DEADLINE);
            assertThat(child).isEqualTo(childOf(node, id));
            assertThat(node.awaitWait(child).name()).isEqualTo("go");
        }
    }

    @Test
    void aChildOfAnUnknownDefinitionIsRefusedAndNothingIsStarted() {
        AtomicBoolean wrong = new AtomicBoolean(true);
        try (EngineNode node = node((ctx, in) -> ctx.child(wrong.get() ? NOBODYS : CHILD, in), (ctx, in) -> "mended")) {
            String id = node.submit(PARENT, "").id();
            node.await(id, WorkflowStatus.DEAD_LETTERED);
            assertThat(node.deadLetter(id).failure().message()).contains("nobodys");
            assertThat(history(node, id)).containsExactly("DECISION dead-letter NON_RETRYABLE");
            wrong.set(false);
            node.engine().admin().retry(node.find(id).deadLetter().orElseThrow(), WHY, EngineNode.DEADLINE);
            assertThat(node.engine().handle(PARENT, id).result(EngineNode.DEADLINE))
                    .isEqualTo("mended");
        }
    }

    @Test
    void manyChildrenRunAtTheSameTime() {
        List<Integer> items = IntStream.range(0, 300).boxed().toList();
        try (EngineNode node = node(
                (ctx, in) -> String.valueOf(
                        ctx.map(items, 300, (branch, item) -> branch.child(CHILD, String.valueOf(item))).stream()
                                .mapToInt(Integer::parseInt)
                                .sum()),
                (ctx, in) -> ctx.step("double", String.class, step -> String.valueOf(2 * Integer.parseInt(in))))) {
            assertThat(node.run(PARENT, "")).isEqualTo("89700");
        }
    }

    @Test
    void theDeadlineOfTheParentIsThatOfTheChild() {
        try (EngineNode node = node(
                (ctx, in) -> ctx.child(CHILD, in),
                (ctx, in) -> ctx.awaitSignal(GO, Duration.ofDays(9)).orElse(""))) {
            String id = node.engine()
                    .submit(PARENT, "", Submission.key("k").deadline(Duration.ofDays(2)))
                    .id();
            node.awaitWait(id);
            String child = childOf(node, id);
            node.awaitWait(child);
            clock.advance(Duration.ofDays(2));
            node.await(child, WorkflowStatus.CANCELLED);
            assertThat(node.deadLetter(id).cause()).hasToString("DEADLINE");
        }
    }
}
