package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Step;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A crash at each record, and no body that runs at most once is called twice by itself. */
@Timeout(120)
final class AtMostOnceEverywhereTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Step PAY = Step.named("pay").atMostOnce();
    private static final Step BOOK = Step.named("book").atMostOnce();

    @RegisterExtension
    final Kit kit = Kit.with(WORK, (ctx, in) -> in);

    private final AtomicInteger doubts = new AtomicInteger();

    /** Pays once for each call. */
    private static String pay(WorkflowContext ctx, Step step, Map<String, Integer> calls, String from) {
        return ctx.step(step, String.class, scope -> {
            calls.merge(from, 1, Integer::sum);
            return from + " " + scope.attempt();
        });
    }

    /** Waits until it is over; with a yes where it is in doubt, and none before. */
    private void finish(WorkflowHandle<String> handle, Map<String, Integer> calls, WorkflowStatus expected) {
        kit.awaitIdle();
        assertThat(calls.values()).allMatch(number -> number == 1);
        while (kit.holdfast().admin().find(handle.id()).status() == WorkflowStatus.DEAD_LETTERED) {
            String letter =
                    kit.holdfast().admin().find(handle.id()).deadLetter().orElseThrow();
            assertThat(kit.holdfast().admin().deadLetter(letter).cause()).isEqualTo(DeadLetter.Cause.IN_DOUBT.name());
            doubts.incrementAndGet();
            calls.clear();
            kit.holdfast().admin().runAgainAnyway(letter, ActionOptions.because("looked"), Duration.ofSeconds(30));
            kit.advance(DAY);
            assertThat(calls.values()).allMatch(number -> number == 1);
        }
        assertThat(kit.holdfast().admin().find(handle.id()).status()).isEqualTo(expected);
    }

    @Test
    void inSequenceAndInBranches() {
        kit.crashEverywhere(() -> {
            Map<String, Integer> calls = new ConcurrentHashMap<>();
            kit.register(WORK, (ctx, in) -> {
                pay(ctx, PAY, calls, "first");
                ctx.sleep(DAY);
                ctx.all(List.of(
                        branch -> pay(branch, PAY, calls, "left"), branch -> pay(branch, BOOK, calls, "right")));
                return "done";
            });
            WorkflowHandle<String> handle = kit.submit(WORK, "in");
            kit.advance(DAY);
            finish(handle, calls, WorkflowStatus.COMPLETED);
        });
        assertThat(doubts.get()).isPositive();
    }

    @Test
    void inSagas() {
        kit.crashEverywhere(() -> {
            Map<String, Integer> calls = new ConcurrentHashMap<>();
            AtomicInteger undone = new AtomicInteger();
            kit.register(
                    WORK,
                    (ctx, in) -> ctx.saga(saga -> {
                        saga.step(
                                PAY,
                                String.class,
                                step -> {
                                    calls.merge("pay", 1, Integer::sum);
                                    return "paid";
                                },
                                (step, paid) -> undone.incrementAndGet());
                        throw new WorkflowFailedException("changed our mind");
                    }));
            WorkflowHandle<String> handle = kit.submit(WORK, "in");
            finish(handle, calls, WorkflowStatus.FAILED);
            assertThat(undone.get()).isPositive();
        });
        assertThat(doubts.get()).isPositive();
    }
}
