package dev.holdfast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Callback;
import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.Submission;
import dev.holdfast.TypeToken;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.WorkflowStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.opentest4j.AssertionFailedError;

/** Results, dead letters, stubs, histories, and nodes that crash or are replaced. */
@Timeout(60)
final class KitTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Duration WAIT = Duration.ofSeconds(20);
    private static final Step ONCE = Step.named("call").retry(RetryPolicy.never());

    private volatile Workflow<String, String> work = (ctx, in) -> in;

    @RegisterExtension
    final Kit kit = Kit.with(WORK, (ctx, in) -> work.run(ctx, in));

    private static String call(WorkflowContext ctx) {
        return ctx.step(ONCE, String.class, step -> "the body");
    }

    @Test
    void aCallbackIsAnsweredAtItsUrl() {
        List<String> urls = new CopyOnWriteArrayList<>();
        work = (ctx, in) -> {
            Callback<String> paid = ctx.callback("paid", String.class);
            ctx.run("send", step -> urls.add(paid.url()));
            return paid.await();
        };
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.awaitIdle();
        kit.crash();
        kit.answer(urls.getFirst(), "\"yes\"");
        kit.answer(urls.getFirst(), "\"no\"");
        assertThat(kit.result(handle)).isEqualTo("yes");
    }

    @Test
    void aWorkflowThatFailsThrowsItsFailure() {
        work = (ctx, in) -> {
            throw new WorkflowFailedException("over the limit");
        };
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        assertThatThrownBy(() -> kit.result(handle))
                .isInstanceOf(WorkflowFailedException.class)
                .hasMessageContaining("over the limit");
    }

    @Test
    void aBugInTheCodeFailsWithItsStack() {
        work = (ctx, in) -> {
            throw new IllegalStateException("a bug");
        };
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        assertThatThrownBy(() -> kit.result(handle))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageContaining("NON_RETRYABLE")
                .hasMessageContaining("IllegalStateException: a bug")
                .hasMessageContaining("KitTest")
                .hasMessageContaining("Kit.deadLetter()");
    }

    @Test
    void anOperatorRetriesADeadLetterOnceTheStubIsMended() {
        work = (ctx, in) -> call(ctx);
        kit.stub("call", Stub.failing(new IOException("down")));
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        DeadLetter letter = kit.deadLetter(handle);
        assertThat(letter.step()).contains("call");

        kit.stub("call", "mended");
        assertThat(kit.holdfast().admin().retry(letter.id(), ActionOptions.because("mended"), WAIT))
                .isPresent();
        assertThat(kit.result(handle)).isEqualTo("mended");
        kit.assertHistory(
                handle,
                "step call failed",
                "dead-letter RETRIES_EXHAUSTED",
                "retry RETRIED",
                "step call succeeded",
                "end COMPLETED");
        assertThatThrownBy(() -> kit.deadLetter(handle))
                .isInstanceOf(AssertionFailedError.class)
                .hasMessageContaining("no dead letter, it has ended as COMPLETED");
    }

    @Test
    void stubsAreValuesFunctionsAndSequences() {
        kit.stub("value", List.of("a", "b"))
                .stub("nothing")
                .stub("function", step -> "attempt " + step.attempt())
                .stub(
                        "sequence",
                        Stub.returning("one")
                                .thenFailing(2, new IOException("down"))
                                .then("two"));
        work = (ctx, in) -> {
            List<String> lines = new CopyOnWriteArrayList<>();
            lines.addAll(ctx.step("value", new TypeToken<List<String>>() {}, step -> List.of("body")));
            ctx.run("nothing", step -> lines.add("body"));
            lines.add(ctx.step("function", String.class, step -> "body"));
            for (int i = 0; i < 3; i++) {
                lines.add(ctx.step("sequence", String.class, step -> "body"));
            }
            return String.join(",", lines);
        };
        assertThat(kit.result(kit.submit(WORK, "in"))).isEqualTo("a,b,attempt 1,one,two,two");
    }

    @Test
    void aStubCanRejectAndTheUndoOfAStepCanBeStubbed() {
        kit.stub("hold", "held")
                .stub("call", Stub.failing(new StepRejected("no money")))
                .stub("undo-hold");
        work = (ctx, in) -> ctx.saga(saga -> {
            saga.step("hold", String.class, step -> "body", (step, held) -> {
                throw new IllegalStateException("the body of the undo");
            });
            return call(ctx);
        });
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        assertThat(kit.deadLetter(handle).cause()).isEqualTo("NON_RETRYABLE");
        kit.assertHistory(
                handle,
                "step hold undone",
                "step call rejected",
                "step undo-hold succeeded",
                "dead-letter NON_RETRYABLE");
    }

    @Test
    void aStubOfAnotherTypeIsRefusedAtOnce() {
        kit.stub("call", 42);
        work = (ctx, in) -> call(ctx);
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        assertThatThrownBy(() -> kit.result(handle))
                .hasMessageContaining("the stub of step \"call\" returns a java.lang.Integer, 42")
                .hasMessageContaining("expected a value of type java.lang.String");
    }

    @Test
    void aValueForAStepWithoutOneIsRefused() {
        kit.stub("mail", "sent");
        work = (ctx, in) -> {
            ctx.run("mail", step -> {});
            return in;
        };
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        assertThatThrownBy(() -> kit.result(handle)).hasMessageContaining("it has no value, use stub(\"mail\")");
    }

    @Test
    void anotherHistoryFailsWithBoth() {
        work = (ctx, in) -> call(ctx);
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        assertThatThrownBy(() -> kit.assertHistory(handle, "step other succeeded", "end COMPLETED"))
                .isInstanceOfSatisfying(AssertionFailedError.class, e -> {
                    assertThat(e.getExpected().getStringRepresentation()).contains("step other succeeded");
                    assertThat(e.getActual().getStringRepresentation()).contains("step call succeeded");
                })
                .hasMessageContaining("step other succeeded")
                .hasMessageContaining("step call succeeded");
        assertThat(kit.history(handle)).containsExactly("step call succeeded", "end COMPLETED");
    }

    @Test
    void aCrashInABodyRunsItAgainUnderTheSameKeyAndHandlesGoOn() {
        List<String> keys = new CopyOnWriteArrayList<>();
        CountDownLatch inBody = new CountDownLatch(1);
        work = (ctx, in) -> ctx.step("call", String.class, step -> {
            keys.add(step.idempotencyKey());
            inBody.countDown();
            if (step.attempt() == 1) {
                new CountDownLatch(1).await();
            }
            return in;
        });
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        CompletableFuture<String> completion = handle.completion();
        assertThat(inBody).satisfies(latch -> latch.await());
        kit.crash();
        assertThat(kit.result(handle)).isEqualTo("in");
        assertThat(completion.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("in");
        assertThat(handle.result(WAIT)).isEqualTo("in");
        assertThat(keys).hasSize(2).containsOnly(keys.getFirst());
        kit.assertHistory(handle, "step call succeeded", "end COMPLETED");
    }

    @Test
    void aPlannedCrashComesOnceAndTheTestNoticesNothing() {
        List<String> nodes = new CopyOnWriteArrayList<>();
        work = (ctx, in) -> {
            for (int i = 0; i < 4; i++) {
                ctx.run("step-" + i, step -> nodes.add(step.position() + " " + step.epoch()));
            }
            return in;
        };
        kit.crashAfter(3);
        assertThat(kit.result(kit.submit(WORK, "in"))).isEqualTo("in");
        // Its third record is the intent of step-2, whose body has not run then.
        assertThat(nodes).containsExactly("0 1", "1 1", "2 2", "3 2");
    }

    @Test
    void crashesArePlannedOneAtATime() {
        kit.crashAfter(3);
        assertThatThrownBy(() -> kit.crashAfter(4)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> kit.crashAfter(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> kit.crashEverywhere(() -> kit.crashAfter(1)))
                .hasMessageContaining("crashEverywhere plans all crashes");
    }

    @Test
    void newCodeMeetsAnOldHistory() {
        work = (ctx, in) -> {
            call(ctx);
            return ctx.awaitSignal(GO);
        };
        WorkflowHandle<String> handle = kit.submit(WORK, "in");
        kit.awaitIdle();
        kit.deploy(WORK, (ctx, in) -> {
            ctx.run("inserted", step -> {});
            return ctx.awaitSignal(GO);
        });
        kit.signal(handle, GO, "go");
        assertThat(kit.deadLetter(handle).cause()).isEqualTo("HISTORY_MISMATCH");
    }

    @Test
    void codeUnderTestUsesTheHoldfastOfTheKit() {
        work = (ctx, in) -> ctx.awaitSignal(GO);
        Holdfast holdfast = kit.holdfast();
        WorkflowHandle<String> first = holdfast.submit(WORK, "in", Submission.key("order-1"));
        assertThat(holdfast.submit(WORK, "in", Submission.key("order-1")).id()).isEqualTo(first.id());
        WorkflowHandle<byte[]> json =
                holdfast.submitJson("work", 1, "\"in\"".getBytes(StandardCharsets.UTF_8), Submission.id("order-2"));
        kit.crash();
        assertThat(holdfast.submitJson("work", "\"in\"".getBytes(StandardCharsets.UTF_8), Submission.id("order-2"))
                        .id())
                .isEqualTo(json.id());
        holdfast.signalJson(json.id(), "go", "\"json\"".getBytes(StandardCharsets.UTF_8));
        holdfast.signal(first.id(), GO, "typed");
        assertThat(new String(kit.result(json), StandardCharsets.UTF_8)).isEqualTo("\"json\"");
        assertThat(kit.result(first)).isEqualTo("typed");
        assertThat(holdfast.handle(first.id()).status()).isEqualTo(WorkflowStatus.COMPLETED);
        assertThat(holdfast.definitions()).extracting(Definition::name).containsExactly("work");
        assertThat(holdfast.admin().nodes()).hasSize(1);
        holdfast.close();
        assertThat(holdfast.admin().ready()).isTrue();
    }

    @Test
    void aKitThatIsNoExtensionIsClosed() {
        Definition<Map<String, Integer>, Integer> sum =
                new Definition<>("sum", 1, new TypeToken<>() {}, TypeToken.of(Integer.class));
        try (Kit own =
                Kit.with(sum, (ctx, in) -> in.values().stream().mapToInt(i -> i).sum())) {
            assertThat(own.result(own.submit(sum, Map.of("a", 1, "b", 2)))).isEqualTo(3);
        }
    }
}
