package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.Workflow;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A step that runs at most once, and must stop between its intent and its body, leaves no doubt behind. */
@Timeout(60)
final class NotBegunTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Step PAY = Step.named("pay").atMostOnce();
    private static final ActionOptions WHY = ActionOptions.because("a test").by("ann");
    private static final EngineConfig PATIENT = EngineNode.CONFIG.shutdownGrace(EngineNode.DEADLINE);

    private final MemoryDatabase database = new MemoryDatabase();
    private final List<Integer> calls = new CopyOnWriteArrayList<>();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final AtomicReference<Thread> sibling = new AtomicReference<>();
    private volatile Runnable beforeStep = () -> {};

    private EngineNode node(Workflow<String, String> code) {
        return EngineNode.start(database, builder -> builder.config(PATIENT).register(WORK, code));
    }

    private final Workflow<String, String> paying = (ctx, in) -> ctx.step(PAY, String.class, step -> {
        calls.add(step.attempt());
        keys.add(step.idempotencyKey());
        return "paid";
    });

    private static List<String> history(EngineNode node, String id) {
        return AtMostOnceTest.history(node, id);
    }

    /** Lets a workflow come as far as its intent: without a lease, no body begins. */
    private static String submitUntilIntent(EngineNode node) {
        // The submission itself needs the lease.
        var handle = node.submit(WORK, "");
        Await.until("the intent is committed", () -> history(node, handle.id()).contains("pay started"));
        return handle.id();
    }

    /** Code whose node has no lease before its step, once {@link #start} has started it. */
    private Workflow<String, String> withoutLease(Workflow<String, String> code) {
        return (ctx, in) -> {
            beforeStep.run();
            return code.run(ctx, in);
        };
    }

    private EngineNode start(Workflow<String, String> code) {
        EngineNode node = node(code);
        beforeStep = () -> node.store().pauseLease(true);
        return node;
    }

    @Test
    void ofANodeThatCloses() throws InterruptedException {
        EngineNode former = start(withoutLease(paying));
        String id = submitUntilIntent(former);
        Thread closer = Thread.ofPlatform().start(former::close);
        Await.until("it waits for its workflows", () -> CloseTest.waitsForBodies(closer));
        former.store().pauseLease(false);
        closer.join();
        assertThat(calls).isEmpty();
        try (EngineNode next = node(paying)) {
            next.await(id, WorkflowStatus.COMPLETED);
            assertThat(history(next, id)).containsExactly("pay not-begun", "pay succeeded 2", "end COMPLETED");
        }
        assertThat(calls).containsExactly(2);
    }

    @Test
    void ofAWorkflowThatIsPaused() {
        try (EngineNode node = start(withoutLease(paying))) {
            String id = submitUntilIntent(node);
            node.engine().admin().pause(id, WHY, Duration.ZERO);
            awaitLooks(node);
            giveBackTheLease(node);
            node.await(id, WorkflowStatus.PAUSED);
            assertThat(calls).isEmpty();
            node.engine().admin().resume(id, WHY, EngineNode.DEADLINE);
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(history(node, id))
                    .containsExactly(
                            "pay not-begun", "pause PAUSED", "resume RESUMED", "pay succeeded 2", "end COMPLETED");
        }
        assertThat(calls).containsExactly(2);
    }

    private void giveBackTheLease(EngineNode node) {
        beforeStep = () -> {};
        node.store().pauseLease(false);
    }

    private static void awaitLooks(EngineNode node) {
        int before = node.store().looks();
        Await.until("it looks", () -> node.store().looks() > before + 2);
    }

    @Test
    void ofAWorkflowThatIsCancelled() {
        try (EngineNode node = start(withoutLease(paying))) {
            String id = submitUntilIntent(node);
            node.engine().admin().cancel(id, WHY, Duration.ZERO);
            awaitLooks(node);
            giveBackTheLease(node);
            node.await(id, WorkflowStatus.CANCELLED);
            assertThat(history(node, id)).containsExactly("pay not-begun", "cancel CANCELLED", "end CANCELLED");
        }
        assertThat(calls).isEmpty();
    }

    private void awaitEndOfSibling() {
        Await.until("the thread of the sibling ends", () -> !sibling.get().isAlive());
    }

    @Test
    void ofABranchWhoseSiblingParks() {
        CountDownLatch inSibling = new CountDownLatch(1);
        CountDownLatch fail = new CountDownLatch(1);
        AtomicBoolean broken = new AtomicBoolean(true);
        Step fragile = Step.named("fragile").retry(RetryPolicy.never());
        try (EngineNode node = start((ctx, in) -> String.join(
                "+",
                ctx.all(List.of(
                        branch -> {
                            inSibling.await();
                            return withoutLease(paying).run(branch, in);
                        },
                        branch -> {
                            sibling.set(Thread.currentThread());
                            return branch.step(fragile, String.class, step -> {
                                inSibling.countDown();
                                fail.await();
                                if (broken.get()) {
                                    throw new IOException("broken");
                                }
                                return "mended";
                            });
                        }))))) {
            String id = submitUntilIntent(node);
            fail.countDown();
            Await.until("the sibling is parked", () -> history(node, id).contains("dead-letter RETRIES_EXHAUSTED"));
            broken.set(false);
            awaitEndOfSibling(); // the other branch is told behind the record
            giveBackTheLease(node);
            Await.until("it is not begun", () -> history(node, id).contains("pay not-begun"));
            String letter =
                    node.await(id, WorkflowStatus.DEAD_LETTERED).deadLetter().orElseThrow();
            node.engine().admin().retry(letter, WHY, EngineNode.DEADLINE);
            node.await(id, WorkflowStatus.COMPLETED);
        }
        assertThat(calls).containsExactly(2);
        assertThat(keys.stream().distinct()).hasSize(1);
    }

    @Test
    void ofABranchThatLosesARace() {
        CountDownLatch inSibling = new CountDownLatch(1);
        CountDownLatch win = new CountDownLatch(1);
        try (EngineNode node = start((ctx, in) -> ctx.race(List.of(
                branch -> {
                    inSibling.await();
                    return withoutLease(paying).run(branch, in);
                },
                branch -> {
                    sibling.set(Thread.currentThread());
                    return branch.step("quick", String.class, step -> {
                        inSibling.countDown();
                        win.await();
                        return "quick";
                    });
                })))) {
            String id = submitUntilIntent(node);
            win.countDown();
            Await.until("it has lost", () -> history(node, id).contains("join decided"));
            awaitEndOfSibling(); // the loser is told behind the record
            giveBackTheLease(node);
            node.await(id, WorkflowStatus.COMPLETED);
            assertThat(history(node, id)).contains("pay not-begun", "stop lost");
        }
        assertThat(calls).isEmpty();
    }
}
