package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The owner decides while people ask so much that questions are refused: deciding is no question. */
@Timeout(60)
final class ManyQuestionsTest {
    private static final Definition<Integer, Integer> WORK = Definition.of("work", 1, Integer.class, Integer.class);
    private static final ActionOptions WHY = ActionOptions.because("because").by("ann");

    private final MemoryDatabase database = new MemoryDatabase();
    private final CountDownLatch inBody = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    private EngineNode node() {
        Step step = Step.named("one").retry(RetryPolicy.exponential(Duration.ofHours(1), 5));
        return EngineNode.start(
                database,
                builder -> builder.config(EngineNode.CONFIG.loadedMax(1))
                        .register(
                                WORK,
                                (ctx, in) -> ctx.step(step, Integer.class, scope -> {
                                    if (in == 0) {
                                        throw new IllegalStateException("later");
                                    }
                                    inBody.countDown();
                                    go.await();
                                    return in;
                                })));
    }

    private static ActionResult decided(EngineNode node, String id, ActionKind kind, int letter) {
        WorkflowKey key = node.store().locate(id).orElseThrow();
        OperatorAction action = OperatorAction.of(key, kind, id, letter, WHY);
        node.store().request(action, WHY.context());
        Await.until(
                kind + " is decided",
                () -> node.store().results(List.of(action.id())).containsKey(action.id()));
        return Objects.requireNonNull(node.store().results(List.of(action.id())).get(action.id()));
    }

    @Test
    void actionsAreDecided() throws Exception {
        try (EngineNode node = node()) {
            String waits = node.submit(WORK, 0).id();
            node.await(waits, WorkflowStatus.WAITING);
            String loaded = node.submit(WORK, 1).id();
            inBody.await();
            String queued = node.submit(WORK, 2).id();
            node.store().refuseQuestions();

            assertThat(decided(node, queued, ActionKind.CANCEL, 0))
                    .isEqualTo(new ActionResult(true, WorkflowStatus.CANCELLED));
            assertThat(decided(node, waits, ActionKind.RETRY, 1))
                    .isEqualTo(new ActionResult(false, WorkflowStatus.WAITING));
            go.countDown();
            node.await(loaded, WorkflowStatus.COMPLETED);
        }
    }
}
