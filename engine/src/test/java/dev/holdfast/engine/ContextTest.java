package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Step;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowContext;
import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.ParkingReason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A context in the wrong place. */
@Timeout(60)
final class ContextTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Step OUTER = Step.named("outer");

    private final MemoryDatabase database = new MemoryDatabase();
    private final AtomicInteger inner = new AtomicInteger();

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    @Test
    void anotherThreadIsRefused() {
        try (EngineNode node = node((ctx, in) -> {
            Throwable refused = Await.failure(CompletableFuture.runAsync(
                    () -> ctx.run("inner", step -> inner.incrementAndGet()), ForkJoinPool.commonPool()));
            ctx.run("after", step -> {});
            return refused.getClass().getSimpleName() + ": " + refused.getMessage();
        })) {
            var handle = node.submit(WORK, "");
            assertThat(handle.result(EngineNode.DEADLINE))
                    .startsWith("MisusedException: workflow " + handle.id())
                    .contains("only the thread of its branch");
            assertThat(inner).hasValue(0);
        }
    }

    @Test
    void aBodyIsRefused() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.run(OUTER, step -> ctx.run("inner", s -> inner.incrementAndGet()));
            return "";
        })) {
            ParkingReason letter = node.deadLetter(node.submit(WORK, "").id());
            assertThat(letter.step()).isEqualTo("outer");
            assertThat(letter.cause()).isEqualTo(Cause.NON_RETRYABLE);
            assertThat(letter.attempts()).isOne();
            assertThat(letter.failure().type()).isEqualTo(WorkflowContext.MisusedException.class.getName());
            assertThat(letter.failure().message()).contains("inside the body of a step");
            assertThat(inner).hasValue(0);
        }
    }

    @Test
    void aSagaInABodyIsRefused() {
        try (EngineNode node = node((ctx, in) -> {
            ctx.run(OUTER, step -> ctx.saga(saga -> "" + inner.incrementAndGet()));
            return "";
        })) {
            assertThat(node.deadLetter(node.submit(WORK, "").id()).failure().message())
                    .contains("inside the body of a step");
            assertThat(inner).hasValue(0);
        }
    }

    @Test
    void aBodyThatCatchesTheRefusalGoesOnWithoutTheInnerStep() {
        try (EngineNode node = node((ctx, in) -> {
            String caught = ctx.step(OUTER, String.class, step -> {
                try {
                    ctx.run("inner", s -> inner.incrementAndGet());
                    return "not refused";
                } catch (IllegalStateException e) {
                    return "refused";
                }
            });
            return caught + ctx.step("next", Integer.class, step -> step.position());
        })) {
            assertThat(node.run(WORK, "")).isEqualTo("refused1");
            assertThat(inner).hasValue(0);
        }
    }
}
