package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ChildFailedException;
import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Children with a crash before and after each record of parent and child: each child is accepted once, each end reaches
 * the parent, and a cancel goes down.
 */
@Timeout(300)
final class ChildrenEverywhereTest {
    private static final Definition<String, String> PARENT = Definition.of("parent", 1, String.class, String.class);
    private static final Definition<String, String> CHILD = Definition.of("child", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final ActionOptions WHY = ActionOptions.because("a test");

    @RegisterExtension
    final Kit kit = Kit.with(PARENT, this::parent).register(CHILD, this::child);

    /** Effects by key, as a system outside keeps them. */
    private final Map<String, String> effects = new ConcurrentHashMap<>();

    private void step(WorkflowContext ctx, String name) {
        ctx.run(name, step -> effects.put(step.idempotencyKey().toString(), name));
    }

    private String child(WorkflowContext ctx, String in) {
        return ctx.saga(saga -> {
            saga.run(
                    "hold",
                    step -> effects.put(step.idempotencyKey().toString(), "hold-" + in),
                    step -> effects.put(step.idempotencyKey().toString(), "release-" + in));
            ctx.sleep(HOUR);
            if (in.equals("fails")) {
                throw new WorkflowFailedException("no");
            }
            step(ctx, "ship-" + in);
            return in;
        });
    }

    private String parent(WorkflowContext ctx, String in) {
        return switch (in) {
            case "two" -> ctx.child(CHILD, "a") + ctx.child(CHILD, "b");
            case "branches" ->
                String.join(",", ctx.map(List.of("a", "b", "c"), 3, (branch, item) -> branch.child(CHILD, item)));
            case "race" -> ctx.race(List.of(branch -> branch.child(CHILD, "a"), branch -> branch.awaitSignal(GO)));
            case "detached" -> ctx.start(CHILD, "a");
            default -> {
                try {
                    yield ctx.child(CHILD, in);
                } catch (ChildFailedException e) {
                    yield e.status().name();
                }
            }
        };
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        effects.values().forEach(name -> counts.merge(name, 1L, Long::sum));
        return counts;
    }

    private WorkflowHandle<String> submitted(String in) {
        effects.clear();
        return kit.submit(PARENT, in, Submission.id("w"));
    }

    private void requireChildren(int number, WorkflowStatus status) {
        assertThat(kit.holdfast()
                        .admin()
                        .list(WorkflowFilter.newest(100).type("child"))
                        .items())
                .hasSize(number)
                .allMatch(child -> child.status() == status);
        assertThat(counts().values()).as("each effect once: %s", effects).allMatch(count -> count == 1);
    }

    @Test
    void eachChildIsAcceptedOnceAndItsEndIsSeen() {
        kit.crashEverywhere(() -> {
            assertThat(kit.result(submitted("two"))).isEqualTo("ab");
            requireChildren(2, WorkflowStatus.COMPLETED);
            assertThat(counts()).containsOnlyKeys("hold-a", "ship-a", "hold-b", "ship-b");
        });
    }

    @Test
    void childrenOfBranches() {
        kit.crashEverywhere(() -> {
            assertThat(kit.result(submitted("branches"))).isEqualTo("a,b,c");
            requireChildren(3, WorkflowStatus.COMPLETED);
        });
    }

    @Test
    void aChildThatLosesARaceIsCancelled() {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted("race");
            kit.advance(Duration.ofMinutes(30));
            kit.signal(handle, GO, "go");
            assertThat(kit.result(handle)).isEqualTo("go");
            requireChildren(1, WorkflowStatus.CANCELLED);
            assertThat(counts()).containsOnlyKeys("hold-a", "release-a");
        });
    }

    @Test
    void aFailureIsThrown() {
        kit.crashEverywhere(() -> {
            assertThat(kit.result(submitted("fails"))).isEqualTo("FAILED");
            requireChildren(1, WorkflowStatus.FAILED);
            assertThat(counts()).containsOnlyKeys("hold-fails", "release-fails");
        });
    }

    @Test
    void aDetachedWorkflowIsAcceptedOnce() {
        kit.crashEverywhere(() -> {
            String id = kit.result(submitted("detached"));
            kit.advance(HOUR.multipliedBy(2));
            requireChildren(1, WorkflowStatus.COMPLETED);
            assertThat(kit.holdfast().handle(CHILD, id).status()).isEqualTo(WorkflowStatus.COMPLETED);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 30})
    void aCancelGoesDown(long minutes) {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted("branches");
            kit.advance(Duration.ofMinutes(minutes));
            kit.holdfast().admin().cancel("w", WHY.key("cancel"), Duration.ZERO);
            kit.advance(HOUR.multipliedBy(4));
            assertThat(handle.status()).isEqualTo(WorkflowStatus.CANCELLED);
            assertThat(kit.holdfast()
                            .admin()
                            .list(WorkflowFilter.newest(100).type("child"))
                            .items())
                    .allMatch(child -> child.status() == WorkflowStatus.CANCELLED);
            assertThat(counts().values()).allMatch(count -> count == 1);
            assertThat(counts().keySet()).noneMatch(name -> name.startsWith("ship"));
        });
    }
}
