package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Step;
import dev.holdfast.StepRejected;
import dev.holdfast.StepRejectedException;
import dev.holdfast.TypeToken;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;

@Timeout(60)
final class ReplayTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);

    private final MemoryDatabase database = new MemoryDatabase();
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch inLastStep = new CountDownLatch(1);

    record Item(String name, int quantity, List<String> tags, Map<String, Double> prices) {}

    /** Runs the code up to a step behind it in which the process dies, then again; what the second run returned. */
    private String runTwice(Workflow<String, String> code) {
        String id;
        try (EngineNode first = EngineNode.start(database, builder -> builder.register(WORK, thenHangs(code)))) {
            id = first.submit(WORK, "in").id();
            inLastStep.await();
            first.crash();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        try (EngineNode second = EngineNode.start(database, builder -> builder.register(WORK, thenEnds(code)))) {
            second.await(id, WorkflowStatus.COMPLETED);
            return second.engine()
                    .submit(WORK, "in", dev.holdfast.Submission.id(id))
                    .result(EngineNode.DEADLINE);
        }
    }

    private Workflow<String, String> thenHangs(Workflow<String, String> code) {
        return (ctx, in) -> {
            String result = code.run(ctx, in);
            ctx.run("last", step -> {
                inLastStep.countDown();
                new CountDownLatch(1).await();
            });
            return result;
        };
    }

    private static Workflow<String, String> thenEnds(Workflow<String, String> code) {
        return (ctx, in) -> {
            String result = code.run(ctx, in);
            ctx.run("last", step -> {});
            return result;
        };
    }

    @Test
    void recordedValuesAreGivenBackWithoutTheirBodies() {
        Item item = new Item("größe \"的\"", -7, List.of("a", "b"), Map.of("eur", 1.5));
        List<Object> seen = new CopyOnWriteArrayList<>();
        runTwice((ctx, in) -> {
            seen.add(ctx.step("text", String.class, step -> "call " + calls.incrementAndGet()));
            seen.add(ctx.step("item", Item.class, step -> counted(item)));
            seen.add(
                    ctx.step(Step.named("list"), new TypeToken<List<Item>>() {}, step -> counted(List.of(item, item))));
            return "";
        });
        assertThat(calls).hasValue(3);
        List<Object> once = List.of("call 1", item, List.of(item, item));
        List<Object> twice = new ArrayList<>(once);
        twice.addAll(once);
        assertThat(seen).isEqualTo(twice);
    }

    private <T> T counted(T value) {
        calls.incrementAndGet();
        return value;
    }

    @Test
    void aStepWithoutAValueRunsOnce() {
        runTwice((ctx, in) -> {
            ctx.run("notify", step -> calls.incrementAndGet());
            return "";
        });
        assertThat(calls).hasValue(1);
    }

    @Test
    void nullIsAValue() {
        List<Boolean> nulls = new CopyOnWriteArrayList<>();
        runTwice((ctx, in) -> {
            nulls.add(isNull(ctx.step("nothing", String.class, step -> counted(nothing()))));
            return "";
        });
        assertThat(calls).hasValue(1);
        assertThat(nulls).containsExactly(true, true);
    }

    @SuppressWarnings("NullAway") // a body may return null, as any code that knows no annotations does
    private static String nothing() {
        return null;
    }

    private static boolean isNull(@Nullable String value) {
        return value == null;
    }

    @Test
    void aRejectionIsThrownAgainTheSame() {
        List<List<String>> seen = new CopyOnWriteArrayList<>();
        runTwice((ctx, in) -> {
            try {
                return ctx.step("charge", String.class, step -> {
                    calls.incrementAndGet();
                    throw new StepRejected("card declined");
                });
            } catch (StepRejectedException e) {
                seen.add(List.of(e.step(), e.rejection(), e.reason(), String.valueOf(e.getMessage())));
                return "";
            }
        });
        assertThat(calls).hasValue(1);
        assertThat(seen).hasSize(2);
        assertThat(seen.getFirst())
                .containsExactly(
                        "charge",
                        "dev.holdfast.StepRejected",
                        "card declined",
                        "step charge was rejected: card declined");
        assertThat(seen.getLast()).isEqualTo(seen.getFirst());
    }

    @Test
    void namesMayRepeat() {
        String result = runTwice((ctx, in) -> {
            List<String> values = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                values.add(ctx.step("same", String.class, step -> "call " + calls.incrementAndGet()));
            }
            return String.join(",", values);
        });
        assertThat(result).isEqualTo("call 1,call 2,call 3,call 4,call 5");
        assertThat(calls).hasValue(5);
    }

    @Test
    void theLogIsSilentOnReplay() {
        List<Boolean> silent = new CopyOnWriteArrayList<>();
        runTwice((ctx, in) -> {
            silent.add(isSilent(ctx));
            ctx.run("one", step -> {});
            silent.add(isSilent(ctx));
            return "";
        });
        // On the second run the last step has its intent, so all that is before it has been said.
        assertThat(silent.subList(2, 4)).containsExactly(true, true);
    }

    private static boolean isSilent(WorkflowContext ctx) {
        return ctx.log() instanceof NOPLogger;
    }

    @Test
    void theWorkflowKnowsItsIdAndItsStepsTheirScope() {
        List<String> seen = new CopyOnWriteArrayList<>();
        Definition<String, String> scopes = Definition.of("scopes", 1, String.class, String.class);
        try (EngineNode node = EngineNode.start(
                database,
                builder -> builder.register(scopes, (ctx, in) -> {
                    for (int i = 0; i < 2; i++) {
                        ctx.run("look", step -> {
                            seen.add(step.workflowId() + " " + step.position() + " " + step.attempt() + " "
                                    + step.node() + " " + (step.epoch() > 0));
                            seen.add(step.idempotencyKey());
                        });
                    }
                    return ctx.workflowId();
                }))) {
            var handle = node.submit(scopes, "in");
            String id = handle.result(EngineNode.DEADLINE);
            assertThat(id).isEqualTo(handle.id());
            assertThat(seen.get(0)).isEqualTo(id + " 0 1 memory true");
            assertThat(seen.get(2)).isEqualTo(id + " 1 1 memory true");
            assertThat(seen.get(1)).isNotEqualTo(seen.get(3));
        }
    }
}
