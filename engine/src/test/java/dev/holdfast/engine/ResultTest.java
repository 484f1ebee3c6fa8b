package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.Definition;
import dev.holdfast.InvalidInputException;
import dev.holdfast.ResultNotReadyException;
import dev.holdfast.UnknownWorkflowException;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowFailedException;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ResultTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Duration LONG = EngineNode.DEADLINE;

    private final MemoryDatabase database = new MemoryDatabase();

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.register(WORK, code));
    }

    @Test
    void aResultCanBeAskedForAgain() {
        try (EngineNode node = node((ctx, in) -> in + "!")) {
            WorkflowHandle<String> handle = node.submit(WORK, "hello");
            assertThat(handle.result(LONG)).isEqualTo("hello!");
            assertThat(handle.result(Duration.ZERO)).isEqualTo("hello!");
            assertThat(node.engine().handle(handle.id()).result(LONG))
                    .asString()
                    .isEqualTo("\"hello!\"");
        }
    }

    @Test
    void nullIsAResult() {
        Definition<String, Void> nothing = Definition.of("nothing", 1, String.class, Void.class);
        try (EngineNode node = EngineNode.start(database, builder -> builder.register(nothing, (ctx, in) -> none()))) {
            WorkflowHandle<Void> handle = node.submit(nothing, "");
            assertThat((Object) handle.result(LONG)).isNull();
            assertThat(node.find(handle.id()).status()).isEqualTo(WorkflowStatus.COMPLETED);
        }
    }

    @SuppressWarnings("NullAway") // that is what Void has
    private static Void none() {
        return null;
    }

    @Test
    void aFailureIsThrownToAllWhoAsk() {
        try (EngineNode node = node((ctx, in) -> {
            throw new WorkflowFailedException("nobody approved");
        })) {
            WorkflowHandle<String> handle = node.submit(WORK, "");
            for (WorkflowHandle<?> asked : List.of(handle, handle, node.engine().handle(handle.id()))) {
                assertThatThrownBy(() -> asked.result(LONG))
                        .isInstanceOf(WorkflowFailedException.class)
                        .hasMessage("nobody approved");
            }
            assertThat(handle.status()).isEqualTo(WorkflowStatus.FAILED);
        }
    }

    @Test
    void whenTheTimeIsOverTheResultIsNotReady() {
        CountDownLatch go = new CountDownLatch(1);
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("wait", step -> go.await());
            return "done";
        })) {
            WorkflowHandle<String> handle = node.submit(WORK, "");
            for (WorkflowHandle<?> asked : List.of(handle, node.engine().handle(handle.id()))) {
                for (Duration timeout : List.of(Duration.ZERO, Duration.ofMillis(20))) {
                    ResultNotReadyException early =
                            catchThrowableOfType(ResultNotReadyException.class, () -> asked.result(timeout));
                    assertThat(early.status()).isEqualTo(WorkflowStatus.RUNNING);
                }
            }
            go.countDown();
            assertThat(handle.result(LONG)).isEqualTo("done");
        }
    }

    @Test
    void aParkedOneIsNotWaitedFor() {
        try (EngineNode node = node((ctx, in) -> {
            throw new IllegalStateException("a bug");
        })) {
            WorkflowHandle<String> handle = node.submit(WORK, "");
            for (WorkflowHandle<?> asked : List.of(handle, node.engine().handle(handle.id()))) {
                ResultNotReadyException parked =
                        catchThrowableOfType(ResultNotReadyException.class, () -> asked.result(LONG));
                assertThat(parked.status()).isEqualTo(WorkflowStatus.DEAD_LETTERED);
                assertThat(parked)
                        .hasMessageContaining("java.lang.IllegalStateException: a bug")
                        .hasMessageContaining(
                                node.find(handle.id()).deadLetter().orElseThrow())
                        .hasMessageNotContaining("ask again later");
            }
            assertThat(handle.completion())
                    .failsWithin(LONG)
                    .withThrowableThat()
                    .withCauseInstanceOf(ResultNotReadyException.class);
        }
    }

    @Test
    void aHandleSeesTheResultOfWhatAnOperatorRetries() {
        AtomicBoolean mended = new AtomicBoolean();
        try (EngineNode node = node((ctx, in) -> {
            if (!mended.get()) {
                throw new IllegalStateException("a bug");
            }
            return in;
        })) {
            WorkflowHandle<String> handle = node.submit(WORK, "x");
            assertThatThrownBy(() -> handle.result(LONG)).isInstanceOf(ResultNotReadyException.class);
            String letter = node.find(handle.id()).deadLetter().orElseThrow();
            mended.set(true);
            node.engine().admin().retry(letter, ActionOptions.because("mended").by("ann"), LONG);
            assertThat(handle.result(LONG)).isEqualTo("x");
        }
    }

    @Test
    void aFutureCompletesWithTheEnd() {
        CountDownLatch go = new CountDownLatch(1);
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("wait", step -> go.await());
            if (in.isEmpty()) {
                throw new WorkflowFailedException("nothing there");
            }
            return in;
        })) {
            WorkflowHandle<String> good = node.submit(WORK, "x");
            WorkflowHandle<String> bad = node.submit(WORK, "");
            CompletableFuture<String> local = good.completion();
            CompletableFuture<String> remote =
                    node.engine().handle(WORK, good.id()).completion();
            CompletableFuture<String> failing = bad.completion();
            CompletableFuture<String> cancelled = good.completion();
            cancelled.cancel(true);
            assertThat(List.of(local, remote, failing)).noneMatch(CompletableFuture::isDone);
            go.countDown();
            assertThat(local).succeedsWithin(LONG).isEqualTo("x");
            assertThat(remote).succeedsWithin(LONG).isEqualTo("x");
            assertThat(failing)
                    .failsWithin(LONG)
                    .withThrowableThat()
                    .withCauseInstanceOf(WorkflowFailedException.class);
            assertThat(cancelled).isCancelled();
        }
    }

    @Test
    void aHandleOfADefinitionHasItsType() {
        try (EngineNode node = node((ctx, in) -> in)) {
            String id = node.submit(WORK, "x").id();
            String typed = node.engine().handle(WORK, id).result(LONG);
            assertThat(typed).isEqualTo("x");
            assertThatThrownBy(() -> node.engine().handle(WORK, "nobody")).isInstanceOf(UnknownWorkflowException.class);
        }
    }

    @Test
    void anyTimeCanBeWaited() {
        try (EngineNode node = node((ctx, in) -> in)) {
            WorkflowHandle<String> handle = node.submit(WORK, "x");
            assertThat(handle.result(Duration.ofSeconds(Long.MAX_VALUE))).isEqualTo("x");
            assertThat(node.engine().handle(handle.id()).result(Duration.ofSeconds(Long.MAX_VALUE)))
                    .asString()
                    .isEqualTo("\"x\"");
        }
    }

    @Test
    void afterARestartTheResultIsReadFromTheLog() {
        String id;
        try (EngineNode first = node((ctx, in) -> in)) {
            id = first.submit(WORK, "kept").id();
            first.await(id, WorkflowStatus.COMPLETED);
            first.crash();
        }
        try (EngineNode second = node((ctx, in) -> "never runs again")) {
            assertThat(second.engine().handle(id).result(Duration.ZERO))
                    .asString()
                    .isEqualTo("\"kept\"");
        }
    }

    @Test
    void anUnknownIdIsRefused() {
        try (EngineNode node = node((ctx, in) -> in)) {
            assertThatThrownBy(() -> node.engine().handle("no-such-id")).isInstanceOf(UnknownWorkflowException.class);
            assertThatThrownBy(() -> node.engine().admin().find("no-such-id"))
                    .isInstanceOf(UnknownWorkflowException.class);
            String forged = "h1" + "0".repeat(32);
            assertThatThrownBy(() -> node.engine().admin().find(forged)).isInstanceOf(InvalidInputException.class);
        }
    }

    @Test
    void whoeverHasTheResultSeesTheEnd() {
        try (EngineNode node = node((ctx, in) -> in)) {
            for (int i = 0; i < 300; i++) {
                WorkflowHandle<String> handle = node.submit(WORK, "");
                handle.result(LONG);
                assertThat(handle.status()).isEqualTo(WorkflowStatus.COMPLETED);
            }
        }
    }

    @Test
    void noWaiterIsForgottenHoweverTheEndComesInBetween() {
        try (EngineNode node = node((ctx, in) -> in);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<byte[]>> results = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                String id = node.submit(WORK, "x").id();
                Stream.generate(() ->
                                threads.submit(() -> node.engine().handle(id).result(LONG)))
                        .limit(4)
                        .forEach(results::add);
            }
            results.forEach(result -> assertThat(Await.done(result)).asString().isEqualTo("\"x\""));
        }
    }

    @Test
    void anInterruptedWaiterGivesUp() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        try (EngineNode node = node((ctx, in) -> {
            ctx.run("wait", step -> go.await());
            return "done";
        })) {
            WorkflowHandle<String> handle = node.submit(WORK, "");
            List<Object> seen = new ArrayList<>();
            Thread waiter = Thread.ofVirtual().unstarted(() -> {
                seen.add(catchThrowableOfType(ResultNotReadyException.class, () -> handle.result(LONG)));
                seen.add(Thread.currentThread().isInterrupted());
            });
            waiter.start();
            waiter.interrupt();
            waiter.join();
            assertThat(seen.getFirst()).isInstanceOf(ResultNotReadyException.class);
            assertThat(seen.getLast()).isEqualTo(true);
        }
    }
}
