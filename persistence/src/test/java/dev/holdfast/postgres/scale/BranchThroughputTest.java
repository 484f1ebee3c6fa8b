package dev.holdfast.postgres.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.Signal;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ClosedLoop;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What branches cost: steps a second beside steps in sequence, and the time and memory of a replay. */
@Tag("long")
class BranchThroughputTest {
    private static final Definition<Integer, Integer> STEPS = Definition.of("steps", 1, Integer.class, Integer.class);
    private static final Definition<Integer, Integer> WIDE = Definition.of("wide", 1, Integer.class, Integer.class);
    private static final Signal<String> GO = Signal.named("go", String.class);
    private static final int IN_FLIGHT = 60;
    private static final int BRANCHES = 10;
    private static final int PAIRS = 11;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration SETTLING = Duration.ofSeconds(1);
    private static final Duration MEASURED = Duration.ofSeconds(4);
    private static final double SHARE_MIN = 0.8;
    private static final int WIDE_BRANCHES = 1_000;
    private static final String VALUE = "x".repeat(100);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final LongAdder ran = new LongAdder();
    private final CountDownLatch replayed = new CountDownLatch(1);
    private final CountDownLatch measured = new CountDownLatch(1);

    /** As many steps in flight, in 60 workflows of one branch and in 6 of ten branches. */
    @Test
    void parallelStepsAreAboutAsFastAsSequentialOnes() throws Exception {
        List<Double> shares = new ArrayList<>();
        try (Holdfast node = start()) {
            stepsASecond(node, 1, WARM_UP);
            stepsASecond(node, BRANCHES, WARM_UP);
            for (int pair = 0; pair < PAIRS; pair++) {
                double parallel = stepsASecond(node, BRANCHES, SETTLING);
                double sequential = stepsASecond(node, 1, SETTLING);
                System.out.printf("steps/s: %,.0f in branches, %,.0f in sequence%n", parallel, sequential);
                shares.add(parallel / sequential);
            }
        }
        shares.sort(null);
        assertThat(shares.get(PAIRS / 2)).as("median of %s", shares).isGreaterThanOrEqualTo(SHARE_MIN);
    }

    @Test
    void aReplayOfAThousandBranches() throws InterruptedException {
        try (Holdfast node = start()) {
            WorkflowHandle<Integer> wide = node.submit(WIDE, WIDE_BRANCHES);
            Await.until("it waits", Duration.ofMinutes(2), () -> wide.status() == WorkflowStatus.WAITING);
            long before = usedHeap();
            long began = System.nanoTime();
            node.signal(wide.id(), GO, "");
            replayed.await();
            double seconds = (System.nanoTime() - began) / 1e9;
            long after = usedHeap();
            measured.countDown();
            wide.result(Duration.ofMinutes(1));
            System.out.printf(
                    "replay of %,d branches of 10 steps: %.2f s, %,d KiB of live heap while it is loaded%n",
                    WIDE_BRANCHES, seconds, (after - before) / 1024);
            assertThat(seconds).isLessThan(10);
        }
    }

    private static long usedHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private Holdfast start() {
        return PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl()).nodeName("wide"))
                .register(STEPS, this::steps)
                .register(WIDE, (ctx, branches) -> {
                    int all = inBranches(ctx, branches);
                    ctx.awaitSignal(GO);
                    ctx.run("replayed", step -> {
                        replayed.countDown();
                        measured.await();
                    });
                    return all;
                })
                .start();
    }

    private int steps(WorkflowContext ctx, int branches) {
        return branches == 1 ? ten(ctx) : inBranches(ctx, branches);
    }

    private int inBranches(WorkflowContext ctx, int branches) {
        return ctx.all(Collections.nCopies(branches, this::ten)).size();
    }

    private int ten(WorkflowContext ctx) {
        for (int i = 0; i < 10; i++) {
            ctx.step("call", String.class, step -> VALUE);
            ran.increment();
        }
        return 10;
    }

    private double stepsASecond(Holdfast node, int branches, Duration before) throws InterruptedException {
        Runnable call = () -> node.submit(STEPS, branches).result(Duration.ofMinutes(1));
        return ClosedLoop.rate(IN_FLIGHT / branches, call, ran, before, MEASURED);
    }
}
