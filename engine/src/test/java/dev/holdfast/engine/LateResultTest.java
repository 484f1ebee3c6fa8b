package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Decision;
import dev.holdfast.Definition;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.WorkflowCancelledException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.testing.MemoryDatabase;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who asks for a result is never told that a workflow has ended, but not yet. */
@Timeout(60)
final class LateResultTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);

    @Test
    void whatEndedUnderItsCodeHasItsEndAtOnce() {
        CountDownLatch never = new CountDownLatch(1);
        try (EngineNode node = EngineNode.start(
                new MemoryDatabase(),
                builder -> builder.register(
                        WORK,
                        (ctx, in) -> ctx.step("deaf", String.class, step -> {
                            while (never.getCount() > 0) {
                                try {
                                    never.await();
                                } catch (InterruptedException e) {
                                    Thread.onSpinWait(); // deaf: it goes on
                                }
                            }
                            return in;
                        })))) {
            WorkflowHandle<String> handle = node.engine().submit(WORK, "a");
            assertThatThrownBy(() -> handle.result(Duration.ZERO)).isInstanceOf(ResultNotReadyException.class);
            node.engine().terminate(handle.id(), Decision.because("enough"), EngineNode.DEADLINE);
            // its thread is here still, and nobody has told who waits
            assertThatThrownBy(() -> handle.result(Duration.ZERO)).isInstanceOf(WorkflowCancelledException.class);
            assertThatThrownBy(() -> node.engine().handle(handle.id()).result(Duration.ZERO))
                    .isInstanceOf(WorkflowCancelledException.class);
            never.countDown();
        }
    }
}
