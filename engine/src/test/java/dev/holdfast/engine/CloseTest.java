package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.dispatch.Dispatcher;
import dev.holdfast.memory.MemoryDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class CloseTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Duration LONG = Duration.ofSeconds(40);

    private final MemoryDatabase database = new MemoryDatabase();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final CountDownLatch inBody = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    private EngineNode node(Duration grace, Workflow<String, String> code) {
        return EngineNode.start(
                database,
                builder ->
                        builder.config(EngineNode.CONFIG.shutdownGrace(grace)).register(WORK, code));
    }

    /** Two steps; the first one waits to be let go. */
    private final Workflow<String, String> twoSteps = (ctx, in) -> {
        ctx.run("first", step -> {
            events.add("first " + step.attempt());
            inBody.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                events.add("interrupted");
                throw e;
            }
        });
        ctx.run("second", step -> events.add("second " + step.attempt()));
        return "done";
    };

    @Test
    void bodiesMayEndAndTheirOutcomesAreKept() throws InterruptedException {
        EngineNode node = node(LONG, twoSteps);
        String id = node.submit(WORK, "").id();
        inBody.await();
        Thread closer = closing(node);
        go.countDown();
        closer.join();
        assertThat(events).containsExactly("first 1");
        try (EngineNode next = node(LONG, twoSteps)) {
            next.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(events).containsExactly("first 1", "second 1");
    }

    /** Closes it on a thread that has come to where it waits for the bodies, all else being stopped. */
    private static Thread closing(EngineNode node) {
        Thread closer = Thread.ofPlatform().start(node::close);
        Await.until("it waits for the bodies", () -> waitsForBodies(closer));
        return closer;
    }

    /** Whether a thread that closes a node waits for the bodies, all else being stopped. */
    static boolean waitsForBodies(Thread closer) {
        return closer.getState() == Thread.State.TIMED_WAITING
                && Arrays.stream(closer.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(Dispatcher.class.getName()));
    }

    @Test
    void whatIsAdmittedWhileItClosesDoesNotStart() throws InterruptedException {
        EngineNode node = node(LONG, twoSteps);
        CompletableFuture<Void> answers = new CompletableFuture<>();
        node.store().answerSubmissions(answers);
        Thread submitter = Thread.ofVirtual().start(() -> node.engine().submit(WORK, "", Submission.id("late")));
        Await.until("it is asked", () -> node.store().submissions() == 1);
        Thread closer = closing(node);
        answers.complete(null);
        submitter.join();
        closer.join();
        assertThat(events).isEmpty();
        assertThat(node.find("late").status()).isEqualTo(WorkflowStatus.QUEUED);
    }

    @Test
    void bodiesThatTakeLongerThanTheGraceAreInterruptedAndRunAgain() throws InterruptedException {
        String id;
        try (EngineNode node = node(Duration.ofMillis(30), twoSteps)) {
            id = node.submit(WORK, "").id();
            inBody.await();
        }
        assertThat(events).containsExactly("first 1", "interrupted");
        go.countDown();
        try (EngineNode next = node(LONG, twoSteps)) {
            next.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(events).containsExactly("first 1", "interrupted", "first 2", "second 1");
    }

    @Test
    void whatABodyReturnsAfterItWasGivenUpIsDropped() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Workflow<String, String> deaf = (ctx, in) -> {
            String value = ctx.step("deaf", String.class, step -> {
                inBody.countDown();
                Await.until("it may end", () -> {
                    boolean unused = Thread.interrupted();
                    return go.getCount() == 0;
                });
                return "attempt " + step.attempt();
            });
            events.add(value);
            ended.countDown();
            return value;
        };
        String id;
        try (EngineNode node = node(Duration.ZERO, deaf)) {
            id = node.submit(WORK, "").id();
            inBody.await();
        }
        go.countDown();
        try (EngineNode next = node(LONG, deaf)) {
            next.await(id, WorkflowStatus.COMPLETED);
        }
        ended.await();
        assertThat(events).containsExactly("attempt 2");
    }

    @Test
    void aBackOffIsNotWaitedFor() {
        Step step = Step.named("call").retry(RetryPolicy.exponential(Duration.ofHours(1), 3));
        long start = System.nanoTime();
        try (EngineNode node = node(LONG, (ctx, in) -> {
            ctx.run(step, scope -> {
                throw new IOException("not now");
            });
            return "";
        })) {
            String id = node.submit(WORK, "").id();
            Await.until("it backs off", () -> node.find(id).waitingFor().isPresent());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LONG);
    }

    @Test
    void aClosedEngineTakesNothing() {
        EngineNode node = node(LONG, twoSteps);
        node.close();
        node.close();
        assertThat(node.engine().admin().ready()).isFalse();
        for (Submission submission : List.of(Submission.plain(), Submission.key("k"))) {
            assertThatThrownBy(() -> node.engine().submit(WORK, "", submission))
                    .isInstanceOfSatisfying(
                            StoreUnavailableException.class,
                            e -> assertThat(e.workflowId()).isEmpty());
        }
        assertThatThrownBy(() -> node.engine().admin().find("any")).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void whatIsQueuedWaitsForTheNextEngine() throws InterruptedException {
        List<String> ids = new CopyOnWriteArrayList<>();
        try (EngineNode node = EngineNode.start(
                database,
                builder -> builder.config(EngineNode.CONFIG.loadedMax(1)).register(WORK, twoSteps))) {
            for (int i = 0; i < 10; i++) {
                ids.add(node.submit(WORK, "").id());
            }
            inBody.await();
        }
        go.countDown();
        try (EngineNode next = node(LONG, twoSteps)) {
            ids.forEach(id -> next.await(id, WorkflowStatus.COMPLETED));
        }
    }
}
