package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.Deadline;
import dev.holdfast.memory.MemoryDatabase;
import dev.holdfast.memory.MemoryStore;
import dev.holdfast.spi.Ownership;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowKey;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.DoubleHistogram;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What cannot be read or started here keeps nothing of this node, and is tried again. */
@Timeout(60)
final class FailedStartTest {
    private static final Definition<Integer, Integer> WORK = Definition.of("work", 1, Integer.class, Integer.class);
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration BETWEEN_TRIES = Duration.ofMinutes(1);
    private static final int TORN = 300;

    private final MutableClock clock = new MutableClock();
    private final MemoryDatabase database = new MemoryDatabase(clock);
    private final MemoryStore store = new MemoryStore(database);
    private final AtomicBoolean fails = new AtomicBoolean();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private final Set<WorkflowKey> torn = ConcurrentHashMap.newKeySet();

    private void failIfAsked() {
        if (fails.get()) {
            fail();
        }
    }

    private void fail() {
        failed.incrementAndGet();
        throw new IllegalStateException("by the test");
    }

    /** Its histograms fail. All that it makes is made of such objects. */
    private @Nullable Object failing(Object target, Method method, @Nullable Object @Nullable [] arguments)
            throws Exception {
        if (target instanceof DoubleHistogram && method.getName().equals("record")) {
            failIfAsked();
        }
        Object result = Intercepted.call(target, method, arguments);
        Class<?> type = method.getReturnType();
        return result == null || !type.isInterface() || !type.getName().startsWith("io.opentelemetry.api.metrics")
                ? result
                : Intercepted.proxy(type, (next, values) -> failing(result, next, values));
    }

    private Engine start(int loadedMax) {
        Ownership ownership = Intercepted.proxy(Ownership.class, (method, arguments) -> {
            if (method.getName().equals("now") && isStarting() && fails.getAndSet(false)) {
                fail(); // once: a poll may try again before the submission returns
            }
            return Intercepted.call(store.ownership(), method, arguments);
        });
        Store broken = Intercepted.proxy(Store.class, (method, arguments) -> {
            Object result = Intercepted.call(store, method, arguments);
            if (method.getName().equals("load") && result instanceof List<?> loaded) {
                read(loaded);
            }
            return result instanceof Ownership ? ownership : result;
        });
        OpenTelemetry plain = OpenTelemetry.noop();
        return EngineBuilder.on(telemetry -> broken)
                .config(EngineNode.CONFIG.loadedMax(loadedMax))
                .telemetry(Intercepted.proxy(
                        OpenTelemetry.class, (method, arguments) -> failing(plain, method, arguments)))
                .register(WORK, (ctx, input) -> {
                    if (input > 0) {
                        ctx.sleep(DAY);
                    }
                    return ctx.step("call", Integer.class, step -> input);
                })
                .start();
    }

    /** Whether the start of a workflow asks, which computes its deadline. */
    private static boolean isStarting() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals(Deadline.class.getName())));
    }

    private void read(List<?> loaded) {
        for (Object each : loaded) {
            if (torn.contains(((StoredWorkflow) each).key())) {
                reads.incrementAndGet();
                throw new IllegalStateException("its rows are torn");
            }
        }
    }

    private static void awaitAsleep(WorkflowHandle<?> handle) {
        Await.until("it sleeps", () -> handle.status() == WorkflowStatus.WAITING);
    }

    @Test
    void aDueWorkflowThatCannotBeStartedGivesItsSlotBackAndIsTriedAgain() {
        try (Engine engine = start(1)) {
            WorkflowHandle<Integer> handle = engine.submit(WORK, 1);
            awaitAsleep(handle);
            fails.set(true);
            clock.advance(DAY);
            Await.until("its start has failed", () -> failed.get() > 0);
            fails.set(false);
            assertThat(engine.submit(WORK, 0).result(EngineNode.DEADLINE))
                    .as("on the only slot")
                    .isZero();
            clock.advance(BETWEEN_TRIES);
            assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo(1);
        }
    }

    @Test
    void anAcceptedWorkflowThatCannotBeStartedIsStartedByAPoll() {
        isStartedByAPoll(Submission.plain());
    }

    @Test
    void anAdmittedWorkflowThatCannotBeStartedIsStartedByAPoll() {
        isStartedByAPoll(Submission.id("chosen"));
    }

    /** On the only slot, which the failed start must have given back. */
    private void isStartedByAPoll(Submission submission) {
        try (Engine engine = start(1)) {
            fails.set(true);
            WorkflowHandle<Integer> handle = engine.submit(WORK, 0, submission.deadline(DAY));
            assertThat(failed).as("starts that failed").hasValue(1);
            assertThat(handle.result(EngineNode.DEADLINE)).isZero();
        }
    }

    @Test
    void workflowsThatCannotBeReadAreNotFoundByEveryPoll() {
        try (Engine engine = start(1_000)) {
            List<WorkflowHandle<Integer>> handles =
                    Stream.generate(() -> engine.submit(WORK, 1)).limit(TORN).toList();
            handles.forEach(FailedStartTest::awaitAsleep);
            handles.forEach(handle -> torn.add(store.locate(handle.id()).orElseThrow()));
            Instant due = clock.instant().plus(DAY);
            clock.set(due);
            Await.until(
                    "none is due",
                    () -> reads.get() >= TORN && store.due(Duration.ZERO, 1).isEmpty());
            assertThat(handles).allMatch(handle -> handle.status() == WorkflowStatus.WAITING);
            assertThat(engine.submit(WORK, 0).result(EngineNode.DEADLINE)).isZero();
            torn.clear();
            clock.advance(BETWEEN_TRIES);
            handles.forEach(
                    handle -> assertThat(handle.result(EngineNode.DEADLINE)).isEqualTo(1));
        }
    }
}
