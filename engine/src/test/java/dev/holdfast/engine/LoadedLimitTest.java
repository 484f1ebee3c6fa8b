package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class LoadedLimitTest {
    private static final Definition<Integer, Integer> WORK = Definition.of("work", 1, Integer.class, Integer.class);
    private static final int WORKFLOWS = 50;
    private static final int LIMIT = 3;

    private final MemoryDatabase database = new MemoryDatabase();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final AtomicInteger bodies = new AtomicInteger();
    private final CountDownLatch full = new CountDownLatch(LIMIT);

    /** Its first bodies wait until there are as many of them as there may be. */
    private final Workflow<Integer, Integer> code = (ctx, in) -> ctx.step("one", Integer.class, step -> {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        bodies.incrementAndGet();
        full.countDown();
        full.await();
        running.decrementAndGet();
        return in;
    });

    private EngineNode node(int limit) {
        return EngineNode.start(
                database,
                builder -> builder.config(EngineNode.CONFIG.loadedMax(limit)).register(WORK, code));
    }

    @Test
    void moreThanTheLimitAreNeverLoadedAndAllFinish() {
        try (EngineNode node = node(LIMIT)) {
            List<WorkflowHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < WORKFLOWS; i++) {
                Submission submission = i % 2 == 0 ? Submission.plain() : Submission.key("key-" + i);
                handles.add(node.engine().submit(WORK, i, submission));
            }
            for (int i = 0; i < WORKFLOWS; i++) {
                assertThat(handles.get(i).result(EngineNode.DEADLINE)).isEqualTo(i);
            }
        }
        assertThat(most).hasValue(LIMIT);
        assertThat(bodies).hasValue(WORKFLOWS);
    }

    /** The workflow that is due waits for the slot; the poller must wait with it. */
    @Test
    void withoutAFreeSlotADueWorkflowCostsNoCpu() {
        CountDownLatch go = new CountDownLatch(1);
        Step step = Step.named("one").retry(RetryPolicy.exponential(Duration.ofMillis(150), 5));
        try (EngineNode node = EngineNode.start(
                database,
                builder -> builder.config(EngineNode.CONFIG.loadedMax(1).pollInterval(Duration.ofMillis(100)))
                        .register(
                                WORK,
                                (ctx, in) -> ctx.step(step, Integer.class, scope -> {
                                    if (in == 0 && scope.attempt() == 1) {
                                        throw new IllegalStateException("again");
                                    }
                                    running.incrementAndGet();
                                    go.await();
                                    return in;
                                })))) {
            WorkflowHandle<Integer> due = node.engine().submit(WORK, 0);
            node.await(due.id(), WorkflowStatus.WAITING);
            WorkflowHandle<Integer> loaded = node.engine().submit(WORK, 1);
            Await.until("the slot is taken", () -> running.get() == 1);
            awaitPolls(node, 3); // it is due by now
            long before = pollerCpuNanos();
            awaitPolls(node, 10);
            assertThat(Duration.ofNanos(pollerCpuNanos() - before))
                    .as("CPU time of the work poller in a second")
                    .isLessThan(Duration.ofMillis(300));
            go.countDown();
            assertThat(loaded.result(EngineNode.DEADLINE)).isEqualTo(1);
            assertThat(due.result(EngineNode.DEADLINE)).isZero();
        }
    }

    private static void awaitPolls(EngineNode node, int polls) {
        int before = node.store().looks();
        Await.until("the node polls", () -> node.store().looks() - before >= polls);
    }

    private static long pollerCpuNanos() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("holdfast-work-poller"))
                .mapToLong(thread -> ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.threadId()))
                .sum();
    }

    @Test
    void whatACrashLeftBehindIsTakenUpWithinTheLimitToo() {
        CountDownLatch never = new CountDownLatch(1);
        List<String> ids = new ArrayList<>();
        try (EngineNode first = EngineNode.start(
                database,
                builder -> builder.register(
                        WORK,
                        (ctx, in) -> ctx.step("one", Integer.class, step -> {
                            never.await();
                            return in;
                        })))) {
            for (int i = 0; i < WORKFLOWS; i++) {
                ids.add(first.submit(WORK, i).id());
            }
            Await.until(
                    "all run", () -> ids.stream().allMatch(id -> first.find(id).attempt() == 1));
            first.crash();
        }
        try (EngineNode second = node(LIMIT)) {
            ids.forEach(id -> second.await(id, WorkflowStatus.COMPLETED));
        }
        assertThat(most).hasValue(LIMIT);
        assertThat(bodies).hasValue(WORKFLOWS);
    }
}
