package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Signal;
import dev.holdfast.Step;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cancel waits where code cannot be cancelled, and costs nothing there. */
@Timeout(60)
final class UncancellableTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final ActionOptions WHY =
            ActionOptions.because("ordered twice").by("ann");
    private static final RetryPolicy HOURLY =
            RetryPolicy.exponential(Duration.ofHours(1), 5).jitter(0);

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final Store observer = new MemoryStore(database);
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicInteger looks = new AtomicInteger();

    private Engine engine(Workflow<String, String> code) {
        return EngineBuilder.on(telemetry -> counting(new MemoryStore(database)))
                .config(EngineNode.CONFIG)
                .register(WORK, code)
                .start();
    }

    private Store counting(Store store) {
        return Intercepted.proxy(Store.class, (method, arguments) -> {
            switch (method.getName()) {
                case "load" -> loads.incrementAndGet();
                case "due" -> looks.incrementAndGet();
                default -> {}
            }
            return Intercepted.call(store, method, arguments);
        });
    }

    private WorkflowStatus status(String id) {
        return observer.find(observer.locate(id).orElseThrow()).orElseThrow().status();
    }

    private void awaitWait(String id, String kind) {
        Await.until(
                "it waits",
                () -> observer.find(observer.locate(id).orElseThrow()).orElseThrow().waitingFor().stream()
                        .anyMatch(wait -> wait.kind().equals(kind)));
    }

    private void awaitLooks(int many) {
        int before = looks.get();
        Await.until("it looks", () -> looks.get() > before + many);
    }

    /** It would be loaded, run up to its wait and unloaded again, as fast as the node polls. */
    private void requireFewLoads() {
        int before = loads.get();
        awaitLooks(50);
        assertThat(loads.get() - before).isLessThanOrEqualTo(2);
    }

    @Test
    void aCancelInAnUncancellableWaitComesBehindIt() {
        try (Engine engine = engine((ctx, in) -> {
            ctx.run("first", step -> {}); // a workflow of which nothing ran is cancelled at once
            ctx.uncancellable(() -> ctx.awaitSignal(GO));
            events.add("behind");
            ctx.run("next", step -> events.add("next"));
            return in;
        })) {
            String id = engine.submit(WORK, "").id();
            awaitWait(id, "signal");
            assertThat(engine.admin().cancel(id, WHY, Duration.ZERO)).isEmpty();
            requireFewLoads();
            assertThat(status(id)).isEqualTo(WorkflowStatus.WAITING);
            engine.signal(id, GO, "yes", "1");
            Await.until("it is cancelled", () -> status(id) == WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("behind");
        }
    }

    @Test
    void aCancelInTheBackOffOfAnUndoCostsNothing() {
        AtomicBoolean down = new AtomicBoolean(true);
        try (Engine engine = engine((ctx, in) -> ctx.saga(saga -> {
            saga.run(Step.named("hold").retry(HOURLY), step -> {}, step -> {
                if (down.getAndSet(false)) {
                    throw new IllegalStateException("the bank is down");
                }
                events.add("released");
            });
            throw new WorkflowFailedException("no");
        }))) {
            String id = engine.submit(WORK, "").id();
            awaitWait(id, "retry");
            assertThat(engine.admin().cancel(id, WHY, Duration.ZERO)).isEmpty();
            requireFewLoads();
            clock.advance(Duration.ofHours(2));
            Await.until("it has failed", () -> status(id) == WorkflowStatus.FAILED);
            assertThat(events).containsExactly("released");
        }
    }

    @Test
    void aTerminateEndsAnUncancellableWaitAtOnce() {
        try (Engine engine = engine((ctx, in) -> {
            ctx.run("first", step -> {});
            return ctx.uncancellable(() -> ctx.awaitSignal(GO));
        })) {
            String id = engine.submit(WORK, "").id();
            awaitWait(id, "signal");
            assertThat(engine.admin().cancel(id, WHY, Duration.ZERO)).isEmpty();
            requireFewLoads();
            assertThat(engine.admin().terminate(id, WHY, EngineNode.DEADLINE)).contains(WorkflowStatus.CANCELLED);
        }
    }

    @Test
    void aCancelThatCannotBeDeliveredLetsNoBranchOfAParkedWorkflowGoOn() {
        AtomicBoolean broken = new AtomicBoolean(true);
        Step call = Step.named("call").retry(RetryPolicy.never());
        try (Engine engine = engine((ctx, in) -> {
            ctx.uncancellable(() -> ctx.all(List.of(
                    branch -> {
                        branch.awaitSignal(GO);
                        return branch.step("more", String.class, step -> {
                            events.add("more");
                            return "";
                        });
                    },
                    branch -> branch.step(call, String.class, step -> {
                        if (broken.get()) {
                            throw new IllegalStateException("the bank is down");
                        }
                        return "";
                    }))));
            ctx.run("next", step -> events.add("next"));
            return in;
        })) {
            String id = engine.submit(WORK, "").id();
            Await.until("it is parked", () -> status(id) == WorkflowStatus.DEAD_LETTERED);
            String letter = engine.admin().find(id).deadLetter().orElseThrow();
            engine.signal(id, GO, "yes", "1");
            assertThatThrownBy(() -> engine.admin().cancel(id, WHY, EngineNode.DEADLINE))
                    .isInstanceOf(ActionRefusedException.class);
            Await.until("it has left", () -> status(id) == WorkflowStatus.DEAD_LETTERED);
            assertThat(engine.admin().find(id).deadLetter()).contains(letter);
            assertThat(events).isEmpty();
            broken.set(false);
            engine.admin().retry(letter, WHY, EngineNode.DEADLINE);
            Await.until("it has ended", () -> status(id) == WorkflowStatus.COMPLETED);
            assertThat(events).containsExactly("more", "next");
        }
    }

    @Test
    void codeCleansUpAfterACancel() {
        try (Engine engine = engine((ctx, in) -> {
            ctx.run("first", step -> {});
            try {
                return ctx.awaitSignal(GO);
            } finally {
                ctx.uncancellable(() -> ctx.step("clean", String.class, step -> {
                    events.add("clean");
                    return "";
                }));
            }
        })) {
            String id = engine.submit(WORK, "").id();
            awaitWait(id, "signal");
            events.clear(); // a finally block runs at each unloading, too; nothing is recorded there
            engine.admin().cancel(id, WHY, EngineNode.DEADLINE);
            Await.until("it is cancelled", () -> status(id) == WorkflowStatus.CANCELLED);
            assertThat(events).containsExactly("clean");
        }
    }
}
