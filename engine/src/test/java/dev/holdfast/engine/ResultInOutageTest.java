package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.Store;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for a result goes on waiting while the database does not answer. */
@Timeout(60)
final class ResultInOutageTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Step FAIL = Step.named("fail").retry(RetryPolicy.never());
    private static final Set<String> READS = Set.of("head", "heads", "headsWithValues", "find");

    private final AtomicInteger failed = new AtomicInteger();
    private final CountDownLatch left = new CountDownLatch(1);
    private volatile Set<String> unanswered = Set.of();
    private Engine engine;
    private WorkflowHandle<String> handle;

    @BeforeEach
    void start() {
        engine = EngineBuilder.on(telemetry -> failing(new MemoryStore()))
                .config(EngineNode.CONFIG)
                .register(WORK, (ctx, in) -> in.isEmpty() ? ctx.step(FAIL, String.class, step -> fail()) : in)
                .start();
        String id = engine.submit(WORK, "a").id();
        Await.until("it has left, so that the result is in the store alone", () -> left.getCount() == 0);
        handle = engine.handle(WORK, id);
    }

    @AfterEach
    void close() {
        unanswered = Set.of();
        engine.close();
    }

    private static String fail() {
        throw new IllegalStateException("out of stock");
    }

    private Store failing(Store store) {
        return Intercepted.proxy(Store.class, (method, arguments) -> answer(store, method, arguments));
    }

    private @Nullable Object answer(Store store, Method method, @Nullable Object @Nullable [] arguments)
            throws Exception {
        if (unanswered.contains(method.getName())) {
            failed.incrementAndGet();
            throw new StoreUnavailableException("the database does not answer", null);
        }
        Object answer = Intercepted.call(store, method, arguments);
        return answer instanceof Mailbox mailbox ? watched(mailbox) : answer;
    }

    private Mailbox watched(Mailbox mailbox) {
        return Intercepted.proxy(Mailbox.class, (method, arguments) -> {
            Object answer = Intercepted.call(mailbox, method, arguments);
            if (method.getName().equals("close")) {
                left.countDown();
            }
            return answer;
        });
    }

    private void endOutageOnceReadInVain() {
        int before = failed.get();
        Await.until("the result was read in vain", () -> failed.get() > before + 1);
        unanswered = Set.of();
    }

    @Test
    void aResultIsReadWhenTheDatabaseAnswersAgain() {
        unanswered = READS;
        CompletableFuture<String> result = CompletableFuture.supplyAsync(() -> handle.result(EngineNode.DEADLINE));
        endOutageOnceReadInVain();
        assertThat(result.join()).isEqualTo("a");
    }

    @Test
    void aCompletionCompletesWhenTheDatabaseAnswersAgain() throws Exception {
        unanswered = READS;
        CompletableFuture<String> completion = handle.completion();
        endOutageOnceReadInVain();
        assertThat(completion.get(30, TimeUnit.SECONDS)).isEqualTo("a");
    }

    @Test
    void anOutageLongerThanTheTimeoutIsThrown() {
        unanswered = READS;
        assertThatThrownBy(() -> handle.result(Duration.ofMillis(50)))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("does not answer");
    }

    @Test
    void whatIsParkedIsSaidWithoutItsDeadLetterInAnOutage() {
        String id = engine.submit(WORK, "").id();
        Await.until("it is parked", () -> engine.admin().find(id).status() == WorkflowStatus.DEAD_LETTERED);
        unanswered = Set.of("find");
        assertThatThrownBy(() -> engine.handle(WORK, id).result(EngineNode.DEADLINE))
                .isInstanceOfSatisfying(
                        ResultNotReadyException.class,
                        e -> assertThat(e.status()).isEqualTo(WorkflowStatus.DEAD_LETTERED));
    }
}
