package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowHandle;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Code that is replaced while its workflow waits, with a crash before and after each record: what a marker has said is
 * said again by each replay, in loops, branches and sagas. Case 17.
 */
@Timeout(300)
final class ChangesEverywhereTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);

    @RegisterExtension
    final Kit kit = Kit.with(WORK, (ctx, in) -> in);

    /** Effects by key, as a system outside keeps them. */
    private Map<String, String> effects = Map.of();

    private void step(WorkflowContext ctx, String name) {
        ctx.run(name, step -> effects.put(step.idempotencyKey().toString(), name));
    }

    private String before(WorkflowContext ctx) {
        for (int i = 0; i < 3; i++) {
            step(ctx, "item-" + i);
            ctx.awaitSignal(GO);
        }
        return ctx.saga(saga -> {
            saga.run("hold", step -> {}, step -> {});
            return String.join(",", ctx.map(List.of("left", "right"), 2, (branch, name) -> name));
        });
    }

    private String after(WorkflowContext ctx) {
        for (int i = 0; i < 3; i++) {
            if (ctx.changed("check")) {
                step(ctx, "check-" + i);
            }
            step(ctx, "item-" + i);
            ctx.awaitSignal(GO);
        }
        return ctx.saga(saga -> {
            boolean insured = ctx.changed("insure");
            saga.run("hold", step -> {}, step -> {});
            return insured + ","
                    + String.join(",", ctx.map(List.of("left", "right"), 2, (branch, name) -> {
                        if (branch.changed("branch")) {
                            step(branch, name);
                        }
                        return name;
                    }));
        });
    }

    /** As {@link #after}, without the markers, whose old way no open workflow takes any more. */
    private String without(WorkflowContext ctx) {
        for (int i = 0; i < 3; i++) {
            step(ctx, "check-" + i);
            step(ctx, "item-" + i);
            ctx.awaitSignal(GO);
        }
        return ctx.saga(saga -> {
            saga.run("hold", step -> {}, step -> {});
            return "true,"
                    + String.join(",", ctx.map(List.of("left", "right"), 2, (branch, name) -> {
                        step(branch, name);
                        return name;
                    }));
        });
    }

    private WorkflowHandle<String> submitted(Workflow<String, String> code) {
        effects = new ConcurrentHashMap<>();
        kit.register(WORK, code);
        return kit.submit(WORK, "in");
    }

    private void upgrade() {
        WorkflowHandle<String> handle = submitted((ctx, in) -> before(ctx));
        kit.awaitIdle();
        kit.signal(handle, GO, "1");
        kit.awaitIdle();
        kit.deploy(WORK, (ctx, in) -> after(ctx));
        kit.signal(handle, GO, "2");
        kit.awaitIdle();
        kit.signal(handle, GO, "3");
        assertThat(kit.result(handle)).isEqualTo("true,left,right");
        assertThat(kit.history(handle)).noneMatch(line -> line.contains("HISTORY_MISMATCH"));
        assertThat(effects.values())
                .containsExactlyInAnyOrder("item-0", "item-1", "check-2", "item-2", "left", "right");
    }

    @Test
    void aWorkflowThatIsUpgradedTakesOnePathWhereverTheNodeCrashes() {
        kit.crashEverywhere(this::upgrade);
    }

    @Test
    void markersAreDroppedWhereverTheNodeCrashes() {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted((ctx, in) -> after(ctx));
            kit.awaitIdle();
            kit.signal(handle, GO, "1");
            kit.awaitIdle();
            kit.deploy(WORK, (ctx, in) -> without(ctx));
            kit.signal(handle, GO, "2");
            kit.signal(handle, GO, "3");
            assertThat(kit.result(handle)).isEqualTo("true,left,right");
            assertThat(effects.values())
                    .containsExactlyInAnyOrder(
                            "check-0", "item-0", "check-1", "item-1", "check-2", "item-2", "left", "right");
        });
    }

    /** Each replay of the same code gets the same answers. */
    @Test
    void theAnswersDoNotDependOnTheCrash() {
        ConcurrentLinkedQueue<String> runs = new ConcurrentLinkedQueue<>();
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted((ctx, in) -> {
                StringBuilder answers = new StringBuilder();
                answers.append(ctx.changed("a"));
                step(ctx, "one");
                answers.append(ctx.changed("b")).append(ctx.changed("a"));
                answers.append(ctx.uuid().equals(ctx.uuid()));
                ctx.awaitSignal(GO);
                answers.append(ctx.changed("c"));
                runs.add(answers.toString());
                return answers.toString();
            });
            kit.signal(handle, GO, "1");
            assertThat(kit.result(handle)).isEqualTo("truetruetruefalsetrue");
        });
        assertThat(runs).containsOnly("truetruetruefalsetrue");
    }
}
