package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.Store;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TerminateTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final ActionOptions WHY = ActionOptions.because("stuck").by("ann");
    /** In this time code that was interrupted would leave. */
    private static final Duration LEAVES_WITHIN = Duration.ofMillis(500);

    private final CountDownLatch inBody = new CountDownLatch(1);
    private final CountDownLatch left = new CountDownLatch(1);
    private final AtomicInteger loads = new AtomicInteger();

    /** Lets the code leave before the end is written, if it is interrupted by then. */
    private Store slow(Store store) {
        return Intercepted.proxy(Store.class, (method, arguments) -> {
            if (method.getName().equals("load")) {
                loads.incrementAndGet();
            }
            Object answer = Intercepted.call(store, method, arguments);
            return answer instanceof Mailbox mailbox ? slow(mailbox) : answer;
        });
    }

    private Mailbox slow(Mailbox mailbox) {
        return Intercepted.proxy(Mailbox.class, (method, arguments) -> {
            if (arguments != null && arguments[0] instanceof HistoryEvent.Ended) {
                boolean unused = left.await(LEAVES_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            }
            Object answer = Intercepted.call(mailbox, method, arguments);
            if (method.getName().equals("close")) {
                left.countDown();
            }
            return answer;
        });
    }

    @Test
    void aCancelThatWaitsForTheBodyIsNotDecidedBeforeTheTerminate() {
        try (Engine engine = EngineBuilder.on(telemetry -> slow(new MemoryStore()))
                .config(EngineNode.CONFIG)
                .register(
                        WORK,
                        (ctx, in) -> ctx.step("wait", String.class, step -> {
                            inBody.countDown();
                            new CountDownLatch(1).await();
                            return in;
                        }))
                .start()) {
            WorkflowHandle<String> handle = engine.submit(WORK, "a");
            Await.until("it is in its body", () -> inBody.getCount() == 0);
            assertThat(engine.admin().cancel(handle.id(), WHY, Duration.ZERO)).isEmpty();
            assertThat(engine.admin().terminate(handle.id(), WHY, EngineNode.DEADLINE))
                    .contains(WorkflowStatus.CANCELLED);
            assertThat(loads).as("it was not loaded again for the cancel").hasValue(0);
        }
    }
}
