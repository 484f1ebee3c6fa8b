package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.DeadlineExceeded;
import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Case 41: a cancel, a deadline and a timeout come at each wait of a workflow, with a crash before and after each
 * record. Each replay takes the path that is recorded, and each effect happens once.
 */
@Timeout(300)
final class InterruptedEverywhereTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final ActionOptions WHY = ActionOptions.because("a test");
    /** Longer than all waits together. */
    private static final Duration END = HOUR.multipliedBy(8);

    @RegisterExtension
    final Kit kit = Kit.with(WORK, (ctx, in) -> in);

    /** Effects by key, as a system outside keeps them. */
    private Map<String, String> effects = Map.of();

    private void step(WorkflowContext ctx, String name) {
        ctx.run(name, step -> effects.put(step.idempotencyKey().toString(), name));
    }

    private String work(WorkflowContext ctx) {
        ctx.onExit("exit", step -> effects.put(step.idempotencyKey().toString(), "exit"));
        return ctx.saga(saga -> {
            saga.run(
                    "hold",
                    step -> effects.put(step.idempotencyKey().toString(), "hold"),
                    step -> effects.put(step.idempotencyKey().toString(), "release"));
            ctx.sleep(HOUR);
            step(ctx, "one");
            String late = ctx.awaitSignal(GO, HOUR).orElse("late");
            step(ctx, late);
            ctx.uncancellable(() -> {
                ctx.sleep(HOUR);
                step(ctx, "shielded");
                return "";
            });
            String go = ctx.awaitSignal(GO);
            step(ctx, go);
            return go;
        });
    }

    private WorkflowHandle<String> submitted(Submission submission, boolean catches) {
        effects = new ConcurrentHashMap<>();
        kit.register(WORK, (ctx, in) -> {
            try {
                return work(ctx);
            } catch (DeadlineExceeded e) {
                if (catches) {
                    step(ctx, "caught");
                    throw new WorkflowFailedException("out of time");
                }
                throw e;
            }
        });
        return kit.submit(WORK, "in", submission);
    }

    /** How often each effect happened. */
    private Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        effects.values().forEach(name -> counts.merge(name, 1L, Long::sum));
        return counts;
    }

    private void requireNoMismatch(WorkflowHandle<String> handle) {
        assertThat(kit.history(handle)).noneMatch(line -> line.contains("HISTORY_MISMATCH"));
        assertThat(counts().values()).as("each effect once: %s", effects).allMatch(count -> count == 1);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 30, 60, 90, 120, 150, 180, 210})
    void aCancelIsDeliveredOnce(long minutes) {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted(Submission.id("w"), false);
            kit.advance(Duration.ofMinutes(minutes));
            kit.holdfast().admin().cancel("w", WHY.key("cancel"), Duration.ZERO);
            kit.advance(END);
            assertThat(handle.status()).isEqualTo(WorkflowStatus.CANCELLED);
            requireNoMismatch(handle);
            assertThat(counts()).doesNotContainKeys("go", "caught");
            assertThat(counts().containsKey("release")).isEqualTo(counts().containsKey("hold"));
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {30, 60, 90, 120, 150, 180, 210, 300})
    void aDeadlineParksAndItsRetryGoesOn(long minutes) {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted(Submission.id("w").deadline(Duration.ofMinutes(minutes)), false);
            DeadLetter letter = kit.deadLetter(handle);
            assertThat(letter.cause()).isEqualTo("DEADLINE");
            assertThat(counts()).doesNotContainKeys("release", "exit");
            kit.holdfast().admin().retry(letter.id(), WHY.key("retry"), Duration.ZERO);
            kit.advance(END);
            kit.signal(handle, GO, "go");
            assertThat(kit.result(handle)).isEqualTo("go");
            requireNoMismatch(handle);
            assertThat(counts().keySet()).containsExactlyInAnyOrder("hold", "one", "late", "shielded", "go", "exit");
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {30, 60, 90, 120, 150, 180, 210, 300})
    void aDeadlineThatIsCaughtUndoes(long minutes) {
        kit.crashEverywhere(() -> {
            WorkflowHandle<String> handle = submitted(Submission.id("w").deadline(Duration.ofMinutes(minutes)), true);
            kit.advance(END);
            assertThat(handle.status()).isEqualTo(WorkflowStatus.FAILED);
            requireNoMismatch(handle);
            assertThat(List.copyOf(counts().keySet())).contains("caught", "exit", "hold");
        });
    }
}
