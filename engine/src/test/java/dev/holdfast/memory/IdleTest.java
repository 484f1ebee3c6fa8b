package dev.holdfast.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Signal;
import dev.holdfast.Workflow;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.EngineNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether nothing can run, on a clock that moves only when that is so. */
@Timeout(60)
final class IdleTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration SOON = Duration.ofMillis(50);

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final MemoryDatabase database = new MemoryDatabase(now::get);

    private EngineNode node(Workflow<String, String> work) {
        return EngineNode.start(
                database,
                builder -> builder.config(EngineNode.CONFIG.keptLoaded(Duration.ZERO))
                        .register(WORK, work));
    }

    /** Moves the clock to the next due time; returns that. */
    private Optional<Instant> move() throws InterruptedException {
        return database.whenIdle(EngineNode.DEADLINE, next -> {
                    next.ifPresent(now::set);
                    return next;
                })
                .orElseThrow(() -> new AssertionError("it was never idle"));
    }

    private boolean isIdle() throws InterruptedException {
        return database.whenIdle(SOON, next -> true).orElse(false);
    }

    @Test
    void anEmptyDatabaseIsIdleAndNothingIsDue() throws InterruptedException {
        assertThat(move()).isEmpty();
    }

    @Test
    void whatIsDueRunsWhenTheClockHasMoved() throws InterruptedException {
        try (EngineNode node = node((ctx, in) -> {
            ctx.sleep(DAY);
            ctx.sleep(DAY.multipliedBy(2));
            return in;
        })) {
            String id = node.submit(WORK, "in").id();
            assertThat(move()).contains(START.plus(DAY));
            assertThat(move()).contains(START.plus(DAY.multipliedBy(3)));
            assertThat(move()).isEmpty();
            node.await(id, WorkflowStatus.COMPLETED);
        }
    }

    @Test
    void aBodyInProgressIsNotIdle() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("wait", step -> end.await());
            return in;
        })) {
            String id = node.submit(WORK, "in").id();
            assertThat(isIdle()).isFalse();
            end.countDown();
            assertThat(move()).isEmpty();
            node.await(id, WorkflowStatus.COMPLETED);
        }
    }

    @Test
    void aSignalIsAppliedBeforeTheClockMoves() throws InterruptedException {
        try (EngineNode node = node((ctx, in) -> ctx.awaitSignal(GO, DAY).orElse("nobody"))) {
            String id = node.submit(WORK, "in").id();
            assertThat(isIdle()).isTrue();
            node.engine().signal(id, GO, "go");
            assertThat(move()).isEmpty();
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("go");
        }
    }

    @Test
    void aTimeoutOfASignalComesAtItsTimeOnAClockThatStandsStill() throws InterruptedException {
        try (EngineNode node = node((ctx, in) -> ctx.awaitSignal(GO, DAY).orElse("nobody"))) {
            String id = node.submit(WORK, "in").id();
            assertThat(move()).contains(START.plus(DAY));
            assertThat(move()).isEmpty();
            assertThat(node.engine().handle(WORK, id).result(EngineNode.DEADLINE))
                    .isEqualTo("nobody");
        }
    }

    @Test
    void aWorkflowThatOnlyASignalWakesIsIdleAndNeverDue() throws InterruptedException {
        try (EngineNode node = node((ctx, in) -> ctx.awaitSignal(GO))) {
            String id = node.submit(WORK, "in").id();
            assertThat(move()).isEmpty();
            assertThat(node.await(id, WorkflowStatus.WAITING).waitingFor()).isPresent();
        }
    }

    @Test
    void aParkedWorkflowIsIdleUntilItIsRetried() throws InterruptedException {
        AtomicReference<String> value = new AtomicReference<>();
        try (EngineNode node = node((ctx, in) -> {
            if (value.get() == null) {
                throw new IllegalStateException("a bug");
            }
            return value.get();
        })) {
            String id = node.submit(WORK, "in").id();
            assertThat(move()).isEmpty();
            String letter =
                    node.await(id, WorkflowStatus.DEAD_LETTERED).deadLetter().orElseThrow();
            value.set("mended");
            node.engine().admin().retry(letter, ActionOptions.because("mended"), Duration.ZERO);
            assertThat(move()).isEmpty();
            node.await(id, WorkflowStatus.COMPLETED);
        }
    }

    @Test
    void withoutANodeTheWorkflowsOfTheLastOneAreNotIdle() throws InterruptedException {
        CountDownLatch inBody = new CountDownLatch(1);
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("wait", step -> {
                inBody.countDown();
                new CountDownLatch(1).await();
            });
            return in;
        })) {
            node.submit(WORK, "in");
            inBody.await();
            node.crash();
            assertThat(isIdle()).isFalse();
        }
        try (EngineNode next = node((ctx, in) -> ctx.step("wait", String.class, step -> in))) {
            assertThat(move()).isEmpty();
            assertThat(next.engine().admin().ready()).isTrue();
        }
    }
}
