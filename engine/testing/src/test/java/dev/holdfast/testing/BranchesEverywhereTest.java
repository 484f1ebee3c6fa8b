package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.DeadlineExceeded;
import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Branches with a crash before and after each record: each replay takes the path that is recorded, each effect happens
 * once under its key, and what lost is undone. Case 41 with branches.
 */
@Timeout(300)
final class BranchesEverywhereTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration END = HOUR.multipliedBy(24);
    private static final ActionOptions WHY = ActionOptions.because("a test");

    @RegisterExtension
    final Kit kit = Kit.with(WORK, (ctx, in) -> in);

    /** Effects by key, as a system outside keeps them. */
    private Map<String, String> effects = Map.of();

    private void step(WorkflowContext ctx, String name) {
        ctx.run(name, step -> effects.put(step.idempotencyKey().toString(), name));
    }

    private String held(WorkflowContext ctx, String name, Duration time) {
        return ctx.saga(saga -> {
            saga.run(
                    "hold-" + name,
                    step -> effects.put(step.idempotencyKey().toString(), "hold-" + name),
                    step -> effects.put(step.idempotencyKey().toString(), "release-" + name));
            ctx.sleep(time);
            step(ctx, "ship-" + name);
            return name;
        });
    }

    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        effects.values().forEach(name -> counts.merge(name, 1L, Long::sum));
        return counts;
    }

    private void requireOnePath(WorkflowHandle<String> handle) {
        assertThat(kit.history(handle)).noneMatch(line -> line.contains("HISTORY_MISMATCH"));
        assertThat(counts().values()).as("each effect once: %s", effects).allMatch(count -> count == 1);
    }

    private WorkflowHandle<String> submitted(Workflow<String, String> code, Submission submission) {
        effects = new ConcurrentHashMap<>();
        kit.register(WORK, code);
        return kit.submit(WORK, "in", submission);
    }

    @Test
    void allAndMapRunEachBranchOnce() {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted(
                    (ctx, in) -> {
                        List<String> values = ctx.all(List.of(
                                branch -> held(branch, "a", HOUR),
                                branch -> String.join("", branch.map(List.of("b", "c", "d"), 2, (inner, item) -> {
                                    step(inner, item);
                                    inner.sleep(HOUR);
                                    return item + inner.awaitSignal(GO, HOUR).orElse("-");
                                })),
                                branch -> branch.awaitSignal(GO)));
                        step(ctx, "after");
                        return String.join(",", values);
                    },
                    Submission.id("w"));
            kit.advance(HOUR.multipliedBy(5));
            kit.signal(handle, GO, "go");
            assertThat(kit.result(handle)).isEqualTo("a,b-c-d-,go");
            requireOnePath(handle);
            assertThat(counts()).containsOnlyKeys("hold-a", "ship-a", "b", "c", "d", "after");
        });
    }

    @Test
    void aRaceHasOneWinnerWhateverCrashes() {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted(
                    (ctx, in) -> {
                        String winner = ctx.race(List.of(
                                branch -> held(branch, "slow", HOUR.multipliedBy(2)),
                                branch -> held(branch, "x", HOUR),
                                branch -> held(branch, "y", HOUR),
                                branch -> branch.awaitSignal(GO)));
                        step(ctx, "winner-" + winner);
                        return winner;
                    },
                    Submission.id("w"));
            String winner = kit.result(handle);
            requireOnePath(handle);
            assertThat(winner).isIn("x", "y");
            assertThat(counts()).containsKeys("ship-" + winner, "winner-" + winner, "hold-slow", "release-slow");
            assertThat(counts()).doesNotContainKeys("ship-slow", "release-" + winner);
            String other = winner.equals("x") ? "y" : "x";
            boolean held = counts().containsKey("hold-" + other);
            boolean undone = counts().containsKey("release-" + other);
            assertThat(undone || !held || counts().containsKey("ship-" + other)).isTrue();
            assertThat(kit.history(handle).stream().filter(line -> line.contains("join decided")))
                    .hasSize(1);
        });
    }

    @Test
    void aFailureStopsTheOthersAndMayBeCaught() {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted(
                    (ctx, in) -> {
                        try {
                            ctx.all(List.of(branch -> held(branch, "a", HOUR.multipliedBy(2)), branch -> {
                                branch.sleep(HOUR);
                                return branch.step("refuse", String.class, step -> {
                                    throw new StepRejected("no");
                                });
                            }));
                            return "all";
                        } catch (StepRejectedException e) {
                            step(ctx, "caught");
                            return e.step();
                        }
                    },
                    Submission.id("w"));
            assertThat(kit.result(handle)).isEqualTo("refuse");
            requireOnePath(handle);
            assertThat(counts()).containsOnlyKeys("hold-a", "release-a", "caught");
        });
    }

    @Test
    void aDeadLetterOfABranchGoesOnThere() {
        AtomicBoolean broken = new AtomicBoolean();
        kit.crashEverywhere(() -> {
            broken.set(true);
            WorkflowHandle<String> handle = submitted(
                    (ctx, in) -> String.join("", ctx.map(List.of("a", "b", "c"), 3, (branch, item) -> {
                        step(branch, "one-" + item);
                        if (item.equals("b") && broken.get()) {
                            throw new IllegalStateException("broken");
                        }
                        step(branch, "two-" + item);
                        return item;
                    })),
                    Submission.id("w"));
            DeadLetter letter = kit.deadLetter(handle);
            assertThat(letter.cause()).isEqualTo("NON_RETRYABLE");
            broken.set(false);
            kit.holdfast().admin().retry(letter.id(), WHY.key("retry"), Duration.ZERO);
            assertThat(kit.result(handle)).isEqualTo("abc");
            requireOnePath(handle);
            assertThat(counts()).hasSize(6);
        });
    }

    private String branches(WorkflowContext ctx) {
        return ctx.saga(saga -> {
            saga.run(
                    "hold",
                    step -> effects.put(step.idempotencyKey().toString(), "hold"),
                    step -> effects.put(step.idempotencyKey().toString(), "release"));
            String values = String.join("", ctx.map(List.of("a", "b"), 2, (branch, item) -> {
                String won = branch.race(List.of(
                        inner -> held(inner, item, HOUR.multipliedBy(3)),
                        inner -> inner.awaitSignal(GO, HOUR).orElseGet(() -> held(inner, "late-" + item, HOUR))));
                return branch.uncancellable(() -> {
                    branch.sleep(HOUR);
                    step(branch, "shielded-" + item);
                    return won;
                });
            }));
            step(ctx, "joined");
            return values;
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 30, 60, 90, 120, 150})
    void aCancelReachesEachBranchOnce(long minutes) {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted((ctx, in) -> branches(ctx), Submission.id("w"));
            kit.advance(Duration.ofMinutes(minutes));
            kit.holdfast().admin().cancel("w", WHY.key("cancel"), Duration.ZERO);
            kit.advance(END);
            assertThat(handle.status()).isIn(WorkflowStatus.CANCELLED, WorkflowStatus.COMPLETED);
            requireOnePath(handle);
            boolean cancelled = handle.status() == WorkflowStatus.CANCELLED;
            assertThat(counts().containsKey("release")).isEqualTo(cancelled && counts().containsKey("hold"));
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {30, 60, 90, 120, 150, 170})
    void aDeadlineStopsTheBranchesAndIsThrownAtTheJoin(long minutes) {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted(
                    (ctx, in) -> {
                        try {
                            return branches(ctx);
                        } catch (DeadlineExceeded e) {
                            step(ctx, "caught");
                            throw new WorkflowFailedException("out of time");
                        }
                    },
                    Submission.id("w").deadline(Duration.ofMinutes(minutes)));
            kit.advance(END);
            assertThat(handle.status()).isEqualTo(WorkflowStatus.FAILED);
            requireOnePath(handle);
            assertThat(counts()).containsKeys("hold", "caught").doesNotContainKey("joined");
        });
    }

    @Test
    void aRetryAfterADeadlineGoesOnInTheBranchesThatHaveUndoneNothing() {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted(
                    (ctx, in) -> String.join("", ctx.map(List.of("a", "b"), 2, (branch, item) -> {
                        step(branch, "one-" + item);
                        branch.sleep(HOUR.multipliedBy(2));
                        step(branch, "two-" + item);
                        return item;
                    })),
                    Submission.id("w").deadline(HOUR));
            DeadLetter letter = kit.deadLetter(handle);
            assertThat(letter.cause()).isEqualTo("DEADLINE");
            kit.holdfast().admin().retry(letter.id(), WHY.key("retry"), Duration.ZERO);
            assertThat(kit.result(handle)).isEqualTo("ab");
            requireOnePath(handle);
            assertThat(counts()).hasSize(4);
        });
    }
}
