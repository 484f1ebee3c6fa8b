package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.Mailbox;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowWrite;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** However many workflows are due, they do not crowd the commits of others. */
@Timeout(60)
final class LoadingWindowTest {
    private static final Definition<Integer, Integer> TIMER = Definition.of("timer", 1, Integer.class, Integer.class);
    private static final int WORKFLOWS = 900;
    private static final int AT_A_TIME = 128;
    private static final Duration DAY = Duration.ofDays(1);

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final CompletableFuture<Void> commits = new CompletableFuture<>();
    private final AtomicInteger loading = new AtomicInteger();
    private final AtomicInteger polls = new AtomicInteger();

    /** No load is committed before {@link #commits} is done. */
    private Store slow(Store store) {
        return Intercepted.proxy(Store.class, (method, arguments) -> {
            Object result = Intercepted.call(store, method, arguments);
            if (method.getName().equals("due")) {
                polls.incrementAndGet();
            }
            return result instanceof Mailbox mailbox ? slow(mailbox) : result;
        });
    }

    private Mailbox slow(Mailbox mailbox) {
        return Intercepted.proxy(Mailbox.class, (method, arguments) -> {
            Object result = Intercepted.call(mailbox, method, arguments);
            boolean loads = arguments != null && arguments[0] instanceof WorkflowWrite.Loading;
            if (loads) {
                loading.incrementAndGet();
            }
            Object later = commits;
            return loads ? later : result;
        });
    }

    @Test
    void aBacklogIsTakenUpAPartAtATime() {
        try (Engine engine = start(new CountDownLatch(0))) {
            List<String> ids = sleepers(engine);
            clock.advance(DAY);
            Await.until("some are taken up", () -> loading.get() > 0);
            awaitPolls(20);
            assertThat(loading).as("taken up and not committed").hasValue(AT_A_TIME);
            commits.complete(null);
            for (String id : ids) {
                assertThat(engine.handle(TIMER, id).result(EngineNode.DEADLINE)).isZero();
            }
            assertThat(loading).hasValue(WORKFLOWS);
        }
    }

    @Test
    void longBodiesDoNotKeepABacklogWaiting() {
        CountDownLatch bodies = new CountDownLatch(1);
        commits.complete(null);
        try (Engine engine = start(bodies)) {
            List<String> ids = sleepers(engine);
            clock.advance(DAY);
            Await.until("all are taken up", () -> loading.get() == WORKFLOWS);
            bodies.countDown();
            for (String id : ids) {
                assertThat(engine.handle(TIMER, id).result(EngineNode.DEADLINE)).isZero();
            }
        }
    }

    private Engine start(CountDownLatch bodies) {
        return EngineBuilder.on(telemetry -> slow(new MemoryStore(database)))
                .config(EngineNode.CONFIG)
                .register(TIMER, (ctx, input) -> {
                    ctx.sleep(DAY);
                    return ctx.step("call", Integer.class, step -> {
                        bodies.await();
                        return input;
                    });
                })
                .start();
    }

    private static List<String> sleepers(Engine engine) {
        List<String> ids = IntStream.range(0, WORKFLOWS)
                .mapToObj(number -> engine.submit(TIMER, 0).id())
                .toList();
        for (String id : ids) {
            Await.until("it sleeps", () -> engine.handle(TIMER, id).status() == WorkflowStatus.WAITING);
        }
        return ids;
    }

    private void awaitPolls(int number) {
        int before = polls.get();
        Await.until("the node polls", () -> polls.get() - before >= number);
    }
}
