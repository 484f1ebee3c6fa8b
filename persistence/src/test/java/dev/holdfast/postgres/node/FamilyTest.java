package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ChildFailedException;
import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Branches and children on PostgreSQL, with two nodes. */
@Timeout(120)
class FamilyTest {
    private static final Definition<String, String> PARENT = Definition.of("parent", 1, String.class, String.class);
    private static final Definition<String, String> CHILD = Definition.of("child", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Step BREAKS = Step.named("breaks").retry(RetryPolicy.never());
    private static final ActionOptions WHY = ActionOptions.because("a test").by("ann");
    private static final Duration LONG = Duration.ofSeconds(60);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final List<Holdfast> nodes = new ArrayList<>();

    private Holdfast start(String name) {
        Holdfast node = PostgresHoldfast.on(
                        TestNode.config(database.jdbcUrl()).nodeName(name).lease(Duration.ofSeconds(10)))
                .register(PARENT, FamilyTest::parent)
                .register(CHILD, FamilyTest::child)
                .start();
        nodes.add(node);
        return node;
    }

    @AfterEach
    void close() {
        nodes.forEach(Holdfast::close);
    }

    private static String parent(WorkflowContext ctx, String in) {
        return switch (in) {
            case "many" ->
                String.valueOf(ctx
                        .map(IntStream.range(0, 200).boxed().toList(), 50, (branch, item) -> {
                            String half = branch.step("half", String.class, step -> String.valueOf(item));
                            return branch.child(CHILD, half);
                        })
                        .stream()
                        .mapToInt(Integer::parseInt)
                        .sum());
            case "signals" ->
                String.join(
                        "",
                        ctx.map(
                                IntStream.range(0, 300).boxed().toList(),
                                300,
                                (branch, item) -> branch.awaitSignal(Signal.named("go-" + item, String.class))));
            case "race" ->
                ctx.race(List.of(
                        branch -> branch.saga(saga -> {
                            saga.run("hold", step -> {}, step -> {});
                            return branch.awaitSignal(GO);
                        }),
                        branch -> {
                            branch.sleep(Duration.ofMillis(300));
                            return branch.step("late", String.class, step -> "late");
                        }));
            default -> {
                try {
                    yield ctx.child(CHILD, in);
                } catch (ChildFailedException e) {
                    yield e.status().name();
                }
            }
        };
    }

    private static String child(WorkflowContext ctx, String in) {
        return switch (in) {
            case "waits" -> ctx.awaitSignal(GO);
            case "breaks" ->
                ctx.step(BREAKS, String.class, step -> {
                    throw new IllegalStateException("broken");
                });
            default -> ctx.step("double", String.class, step -> String.valueOf(2 * Integer.parseInt(in)));
        };
    }

    private static String childOf(Holdfast node, String parent) {
        Await.until("the child is there", () -> find(node, parent).isPresent());
        return find(node, parent).orElseThrow();
    }

    private static Optional<String> find(Holdfast node, String parent) {
        return node.admin().history(parent, new PageRequest(10, Optional.empty())).items().stream()
                .filter(item -> item.kind() == HistoryItem.Kind.CHILD)
                .flatMap(item -> item.idempotencyKey().stream())
                .findFirst();
    }

    @Test
    void childrenOfBranchesEndWhateverNodeRunsThem() {
        Holdfast first = start("first");
        Holdfast second = start("second");
        List<WorkflowHandle<String>> parents = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            parents.add((i % 2 == 0 ? first : second).submit(PARENT, "many"));
        }
        assertThat(parents).allSatisfy(handle -> assertThat(handle.result(LONG)).isEqualTo("39800"));
    }

    @Test
    void aParentGoesOnAfterItsNodeHasRestarted() {
        Holdfast node = start("first");
        String parent = node.submit(PARENT, "waits").id();
        String child = childOf(node, parent);
        Await.until("it waits", () -> node.handle(PARENT, parent).status() == WorkflowStatus.WAITING);
        node.close();
        Holdfast next = start("second");
        next.signal(child, GO, "done", "key");
        assertThat(next.handle(PARENT, parent).result(LONG)).isEqualTo("done");
    }

    @Test
    void endsByOperatorsReachTheParentAndTheChild() {
        Holdfast node = start("first");
        String discarded = node.submit(PARENT, "breaks").id();
        String broken = childOf(node, discarded);
        Await.until("it is parked", () -> node.handle(CHILD, broken).status() == WorkflowStatus.DEAD_LETTERED);
        String letter = node.admin().find(broken).deadLetter().orElseThrow();
        node.admin().discard(letter, WHY, LONG);
        assertThat(node.handle(PARENT, discarded).result(LONG)).isEqualTo("FAILED");

        String terminated = node.submit(PARENT, "waits").id();
        String waiting = childOf(node, terminated);
        node.admin().terminate(terminated, WHY, LONG);
        Await.until("it is cancelled", () -> node.handle(CHILD, waiting).status() == WorkflowStatus.CANCELLED);

        String cancelled = node.submit(PARENT, "waits").id();
        String second = childOf(node, cancelled);
        node.admin().cancel(cancelled, WHY, LONG);
        Await.until(
                "both are cancelled",
                () -> node.handle(CHILD, second).status() == WorkflowStatus.CANCELLED
                        && node.handle(PARENT, cancelled).status() == WorkflowStatus.CANCELLED);
    }

    @Test
    void eachOfManySignalsWakesItsBranch() {
        Holdfast node = start("first");
        String parent = node.submit(PARENT, "signals").id();
        Await.until("it waits", () -> node.handle(PARENT, parent).status() == WorkflowStatus.WAITING);
        for (int i = 299; i >= 0; i--) {
            node.signal(parent, Signal.named("go-" + i, String.class), String.valueOf(i % 10), "key");
        }
        assertThat(node.handle(PARENT, parent).result(LONG)).isEqualTo("0123456789".repeat(30));
    }

    @Test
    void aRaceAgainstATimeIsDecided() {
        Holdfast node = start("first");
        WorkflowHandle<String> raced = node.submit(PARENT, "race");
        assertThat(raced.result(LONG)).isEqualTo("late");
        assertThat(node.admin()
                        .history(raced.id(), new PageRequest(50, Optional.empty()))
                        .items())
                .extracting(item -> item.branch() + " " + item.name() + " " + item.state())
                .contains("0.0 hold undone", "0.1 join decided", "0.0 stop lost", "0.0 undo-hold succeeded");
        assertThat(node.admin().list(WorkflowFilter.newest(5)).items()).hasSize(1);
    }
}
