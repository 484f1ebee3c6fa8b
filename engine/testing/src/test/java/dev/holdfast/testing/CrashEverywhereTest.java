package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.opentest4j.AssertionFailedError;

/** A crash at each record is survived by code that obeys the rules, and found in code that does not. */
@Timeout(120)
final class CrashEverywhereTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Duration DAY = Duration.ofDays(1);

    @RegisterExtension
    final Kit kit = Kit.with(WORK, (ctx, in) -> in);

    private final AtomicInteger runs = new AtomicInteger();

    /** A bank that pays once for each key, or once for each call. */
    private static final class Bank {
        private final Map<String, String> payments = new HashMap<>();
        private int paid;

        synchronized String pay(String key) {
            return payments.computeIfAbsent(key, first -> "payment-" + ++paid);
        }

        synchronized String payWithoutKey() {
            return "payment-" + ++paid;
        }

        synchronized int paid() {
            return paid;
        }
    }

    private static Workflow<String, String> approval(Bank bank, boolean idempotent) {
        return (ctx, in) -> {
            String first = ctx.step("ask", String.class, step -> bank.pay(step.idempotencyKey()));
            ctx.sleep(DAY);
            String answer = ctx.awaitSignal(GO, DAY).orElse("nobody");
            String second = ctx.step(
                    Step.named("pay").retry(RetryPolicy.exponential(Duration.ofHours(1), 3)),
                    String.class,
                    step -> idempotent ? bank.pay(step.idempotencyKey()) : bank.payWithoutKey());
            return String.join(",", first, answer, second, ctx.now().toString());
        };
    }

    @Test
    void eachCallPublishesOnce() {
        kit.crashEverywhere(() -> {
            kit.register(WORK, (ctx, in) -> {
                ctx.publish("progress", 1);
                ctx.run("first", step -> {});
                ctx.publish("progress", 2);
                ctx.publish("other", "a");
                ctx.sleep(DAY);
                ctx.publish("progress", 3);
                return "done";
            });
            WorkflowHandle<String> handle = kit.submit(WORK, "in");
            kit.awaitIdle();
            assertThat(kit.published(handle, "progress", Integer.class)).contains(2);
            assertThat(kit.result(handle)).isEqualTo("done");
            kit.assertHistory(
                    handle,
                    "progress published",
                    "step first succeeded",
                    "progress published",
                    "other published",
                    "sleep fired",
                    "progress published",
                    "end COMPLETED");
            assertThat(kit.published(handle, "progress", Integer.class)).contains(3);
            assertThat(kit.published(handle, "nothing", Integer.class)).isEmpty();
        });
    }

    private void approved(boolean idempotent) {
        runs.incrementAndGet();
        Bank bank = new Bank();
        kit.register(WORK, approval(bank, idempotent));
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.advance(DAY.plusHours(1));
        kit.signal(handle, GO, "yes");
        assertThat(kit.result(handle)).isEqualTo("payment-1,yes,payment-2,2035-01-02T01:00:00Z");
        assertThat(bank.paid()).isEqualTo(2);
        kit.assertHistory(
                handle,
                "step ask succeeded",
                "sleep fired",
                "signal go taken",
                "step pay succeeded",
                "now read",
                "end COMPLETED");
    }

    @Test
    void codeThatObeysTheRulesSurvivesEachCrash() {
        kit.crashEverywhere(() -> approved(true));
        // Intent, outcome with the sleep, wait, received, taken, intent, outcome with the clock, end.
        assertThat(runs).hasValue(1 + 2 * 8);
    }

    @Test
    void aBodyThatIsNotIdempotentIsFound() {
        assertThatThrownBy(() -> kit.crashEverywhere(() -> approved(false)))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageContaining("the test fails if the node crashes before record 7 is committed")
                .hasMessageContaining("payment-3")
                .hasMessageContaining("step pay started")
                .hasMessageContaining("step pay succeeded, attempt 2");
    }

    @Test
    void codeThatIsNotDeterministicIsFound() {
        assertThatThrownBy(() -> kit.crashEverywhere(() -> {
                    AtomicInteger calls = new AtomicInteger();
                    kit.register(WORK, (ctx, in) -> {
                        String name = calls.incrementAndGet() == 1 ? "first" : "second";
                        ctx.run(name, step -> {});
                        return in;
                    });
                    kit.result(kit.submit(WORK, "in"));
                }))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageContaining("the test fails if the node crashes as soon as record 1 is committed")
                .hasMessageContaining("HISTORY_MISMATCH");
    }

    @Test
    void aTestThatFailsWithoutACrashSaysSo() {
        assertThatThrownBy(() -> kit.crashEverywhere(() -> {
                    kit.result(kit.submit(WORK, "in"));
                    throw new IOException("no crash needed");
                }))
                .hasMessageContaining("the test fails without a crash")
                .hasMessageContaining("no crash needed")
                .hasMessageContaining("is COMPLETED");
    }

    @Test
    void failuresRejectionsAndUndosAreTheSameWithCrashes() {
        kit.crashEverywhere(() -> {
            List<String> undone = new CopyOnWriteArrayList<>();
            kit.stub("call", Stub.failing(2, new IOException("down")).then("up"))
                    .stub("pay", Stub.failing(new StepRejected("no money")))
                    .register(WORK, (ctx, in) -> {
                        try {
                            return ctx.saga(saga -> {
                                saga.run("hold", step -> {}, step -> undone.add(step.idempotencyKey()));
                                ctx.step("call", String.class, step -> "body");
                                return ctx.step("pay", String.class, step -> "body");
                            });
                        } catch (StepRejectedException e) {
                            return "rejected";
                        }
                    });
            WorkflowHandle<String> handle = kit.submit(WORK, "in");
            assertThat(kit.result(handle)).isEqualTo("rejected");
            assertThat(undone.stream().distinct()).hasSize(1);
            kit.assertHistory(
                    handle,
                    "step hold undone",
                    "step call failed",
                    "step call failed",
                    "step call succeeded",
                    "step pay rejected",
                    "step undo-hold succeeded",
                    "end COMPLETED");
        });
    }

    @Test
    void operatorsActionsAndSubmissionsAreMadeAgainOnTheNextNode() {
        Step once = Step.named("call").retry(RetryPolicy.never());
        kit.crashEverywhere(() -> {
            kit.stub("call", Stub.failing(new IOException("down")))
                    .register(WORK, (ctx, in) -> ctx.step(once, String.class, step -> "body"));
            WorkflowHandle<String> plain = kit.submit(WORK, "in");
            WorkflowHandle<String> keyed = kit.submit(WORK, "in", Submission.key("order-1"));
            for (WorkflowHandle<String> handle : List.of(plain, keyed)) {
                DeadLetter letter = kit.deadLetter(handle);
                kit.stub("call", "mended");
                kit.holdfast().admin().retry(letter.id(), ActionOptions.because("mended"), Duration.ofSeconds(10));
                assertThat(kit.result(handle)).isEqualTo("mended");
                kit.stub("call", Stub.failing(new IOException("down")));
            }
        });
    }

    @Test
    void itNeedsAKitThatIsNotUsedYet() {
        kit.awaitIdle();
        assertThatThrownBy(() -> kit.crashEverywhere(() -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("put the whole test into crashEverywhere");
    }
}
