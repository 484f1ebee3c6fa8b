package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.Store;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who asks for a result is never told that a workflow has ended, but not yet. */
@Timeout(60)
final class LateResultTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private final CompletableFuture<Void> mayBeTold = new CompletableFuture<>();

    /** Commits an end, and tells so only when it may. */
    private Store slow(Store store) {
        return Intercepted.proxy(Store.class, (method, arguments) -> {
            Object answer = Intercepted.call(store, method, arguments);
            return answer instanceof Mailbox mailbox ? slow(mailbox) : answer;
        });
    }

    private Mailbox slow(Mailbox mailbox) {
        return Intercepted.proxy(Mailbox.class, (method, arguments) -> {
            Object answer = Intercepted.call(mailbox, method, arguments);
            boolean end = arguments != null && arguments[0] instanceof HistoryEvent.Ended;
            return end && answer instanceof CompletableFuture<?> committed
                    ? committed.thenCombine(mayBeTold, (done, may) -> null)
                    : answer;
        });
    }

    @Test
    void whatHasEndedHasItsResultBeforeAnybodyIsTold() {
        CompletableFuture<Void> mayEnd = new CompletableFuture<>();
        try (Engine engine = EngineBuilder.on(telemetry -> slow(new MemoryStore()))
                .config(EngineNode.CONFIG)
                .register(
                        WORK,
                        (ctx, in) -> ctx.step("wait", String.class, step -> {
                            mayEnd.get();
                            return in;
                        }))
                .start()) {
            WorkflowHandle<String> handle = engine.submit(WORK, "a");
            assertThatThrownBy(() -> handle.result(Duration.ZERO)).isInstanceOf(ResultNotReadyException.class);
            mayEnd.complete(null);
            Await.until("it has ended", () -> engine.admin().find(handle.id()).status() == WorkflowStatus.COMPLETED);
            assertThat(handle.result(Duration.ZERO)).isEqualTo("a");
            assertThat(engine.handle(handle.id()).result(Duration.ZERO))
                    .isEqualTo("\"a\"".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            mayBeTold.complete(null);
        }
    }
}
