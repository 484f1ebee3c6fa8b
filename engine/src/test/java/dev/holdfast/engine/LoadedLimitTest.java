package dev.holdfast.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.memory.MemoryDatabase;
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
