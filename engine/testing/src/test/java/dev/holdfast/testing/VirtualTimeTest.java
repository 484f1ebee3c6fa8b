package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The time moves from due to due, and never past what can run. */
@Timeout(60)
final class VirtualTimeTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Instant START = Instant.parse("2035-01-01T00:00:00Z");

    private volatile Workflow<String, String> work = (ctx, in) -> in;

    @RegisterExtension
    final Kit kit = Kit.with(WORK, (ctx, in) -> work.run(ctx, in));

    private final List<String> events = new CopyOnWriteArrayList<>();

    private void event(String name) {
        events.add(name + " " + Duration.between(START, kit.now()));
    }

    @Test
    void aSleepOfTwoDaysTakesNoRealTime() {
        work = (ctx, in) -> {
            ctx.sleep(DAY.multipliedBy(2));
            return in;
        };
        long before = System.nanoTime();
        assertThat(kit.result(kit.submit(WORK, "in"))).isEqualTo("in");
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        assertThat(kit.now()).isEqualTo(START.plus(DAY.multipliedBy(2)));
    }

    @Test
    void aDelayedSubmissionStartsAtItsTimeAndTakesNoRealTime() {
        work = (ctx, in) -> {
            ctx.run("event", step -> event(in));
            return in;
        };
        var delayed = kit.submit(WORK, "delayed", Submission.plain().after(DAY.multipliedBy(3)));
        var timed = kit.submit(WORK, "timed", Submission.plain().at(START.plus(DAY)));
        kit.advance(DAY.multipliedBy(2));
        assertThat(events).containsExactly("timed PT24H");
        assertThat(timed.status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(delayed.status()).isEqualTo(WorkflowStatus.QUEUED);
        assertThat(kit.result(delayed)).isEqualTo("delayed");
        assertThat(events).containsExactly("timed PT24H", "delayed PT72H");
    }

    @Test
    void advanceStopsAtEachDueTimeAndThenAtItsEnd() {
        work = (ctx, in) -> {
            for (int i = 0; i < 3; i++) {
                ctx.sleep(Duration.ofHours(5));
                ctx.run("event", step -> event("slept"));
            }
            return in;
        };
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.advance(Duration.ofHours(11));
        assertThat(events).containsExactly("slept PT5H", "slept PT10H");
        assertThat(kit.now()).isEqualTo(START.plus(Duration.ofHours(11)));
        assertThat(handle.status()).isEqualTo(WorkflowStatus.WAITING);
        kit.advance(Duration.ofHours(4));
        assertThat(handle.status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void timersOfTwoWorkflowsFireInOrder() {
        work = (ctx, hours) -> {
            for (int i = 0; i < 3; i++) {
                ctx.sleep(Duration.ofHours(Long.parseLong(hours)));
                ctx.run("event", step -> event(hours));
            }
            return hours;
        };
        WorkflowHandle<String> slow = kit.submit(WORK, "5");
        WorkflowHandle<String> quick = kit.submit(WORK, "2");
        assertThat(kit.result(slow)).isEqualTo("5");
        assertThat(events).containsExactly("2 PT2H", "2 PT4H", "5 PT5H", "2 PT6H", "5 PT10H", "5 PT15H");
        assertThat(quick.status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void theTimeDoesNotSkipPastABodyInProgressTrap45() {
        CountDownLatch inBody = new CountDownLatch(1);
        CompletableFuture<Void> end = new CompletableFuture<>();
        work = (ctx, in) -> {
            ctx.run("body", step -> {
                inBody.countDown();
                end.join();
                event("body");
            });
            ctx.sleep(DAY);
            ctx.run("next", step -> event("next"));
            return in;
        };
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        CompletableFuture<Void> advanced = CompletableFuture.runAsync(() -> kit.advance(DAY.multipliedBy(3)));
        assertThat(inBody).satisfies(latch -> latch.await());
        assertThat(kit.now()).isEqualTo(START);
        assertThat(advanced).isNotDone();
        end.complete(null);
        advanced.join();
        assertThat(events).containsExactly("body PT0S", "next PT24H");
        assertThat(handle.status()).isEqualTo(WorkflowStatus.COMPLETED);
    }

    @Test
    void aBodyThatNeverEndsIsNamedWithItsPlace() {
        work = (ctx, in) -> {
            ctx.run("hang", step -> new CountDownLatch(1).await());
            return in;
        };
        kit.patience(Duration.ofMillis(300));
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        assertThatThrownBy(() -> kit.advance(DAY))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("time moves only between bodies")
                .hasMessageContaining("the body of step hang of workflow " + handle.id() + " is in progress")
                .hasMessageContaining("CountDownLatch.await")
                .hasMessageContaining("step hang started");
        assertThat(kit.now()).isEqualTo(START);
    }

    @Test
    void aSignalThatWasSentBeforeTheTimeMovesWinsTrap45() {
        work = (ctx, in) -> ctx.awaitSignal(GO, DAY).orElse("nobody");
        for (int i = 0; i < 50; i++) {
            WorkflowHandle<String> handle = kit.submit(WORK, "in");
            kit.signal(handle, GO, "go");
            kit.advance(DAY.multipliedBy(2));
            assertThat(kit.result(handle)).isEqualTo("go");
        }
    }

    @Test
    void aSignalThatWasSentBeforeTheTimeMovesWinsOverAShortWaitToo() {
        work = (ctx, in) -> ctx.awaitSignal(GO, Duration.ofMillis(1)).orElse("nobody");
        for (int i = 0; i < 50; i++) {
            WorkflowHandle<String> handle = kit.submit(WORK, "in");
            kit.signal(handle, GO, "go");
            kit.advance(DAY);
            assertThat(kit.result(handle)).isEqualTo("go");
        }
    }

    @Test
    void aWaitForASignalTimesOutAtItsTime() {
        work = (ctx, in) -> {
            String answer = ctx.awaitSignal(GO, DAY).orElse("nobody");
            ctx.run("event", step -> event(answer));
            return answer;
        };
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.advance(DAY.minusNanos(1_000));
        assertThat(handle.status()).isEqualTo(WorkflowStatus.WAITING);
        assertThat(kit.result(handle)).isEqualTo("nobody");
        assertThat(events).containsExactly("nobody PT24H");
        kit.assertHistory(handle, "signal go timed-out", "step event succeeded", "end COMPLETED");
    }

    @Test
    void backOffsAreMovedOver() {
        kit.stub("call", Stub.failing(3, new IOException("down")).then("up"));
        work = (ctx, in) -> ctx.step(
                Step.named("call").retry(RetryPolicy.exponential(Duration.ofHours(1), 10)),
                String.class,
                step -> "never called");
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        assertThat(kit.result(handle)).isEqualTo("up");
        assertThat(kit.now()).isAfter(START.plus(Duration.ofHours(2)));
        kit.assertHistory(
                handle,
                "step call failed",
                "step call failed",
                "step call failed",
                "step call succeeded",
                "end COMPLETED");
    }

    @Test
    void aWorkflowThatWakesAnotherOneIsWaitedFor() {
        work = (ctx, other) -> {
            if (other.isEmpty()) {
                return ctx.awaitSignal(GO);
            }
            ctx.sleep(DAY);
            ctx.run("signal", step -> kit.holdfast().signal(other, GO, "from the other", step.idempotencyKey()));
            return "sent";
        };
        WorkflowHandle<String> waits = kit.submit(WORK, "");
        WorkflowHandle<String> unused = kit.submit(WORK, waits.id());
        assertThat(kit.result(waits)).isEqualTo("from the other");
        assertThat(kit.result(unused)).isEqualTo("sent");
    }

    @Test
    void aWorkflowThatCanNeverEndFailsWithWhatItWaitsFor() {
        work = (ctx, in) -> {
            ctx.run("ask", step -> {});
            return ctx.awaitSignal(GO);
        };
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        assertThatThrownBy(() -> kit.result(handle))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("can never end")
                .hasMessageContaining("is WAITING, waits for signal go")
                .hasMessageContaining("step ask succeeded");
    }

    @Test
    void theTimeBeginsWhereATestSaysAndNeverGoesBack() {
        Instant noon = Instant.parse("2026-06-01T12:00:00.123456789Z");
        kit.startingAt(noon);
        work = (ctx, in) -> ctx.now().toString();
        assertThat(kit.result(kit.submit(WORK, "in"))).isEqualTo("2026-06-01T12:00:00.123457Z");
        assertThatThrownBy(() -> kit.advance(Duration.ofSeconds(-1))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> kit.startingAt(noon))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("before the first use");
    }
}
