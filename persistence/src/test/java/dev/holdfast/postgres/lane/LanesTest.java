package dev.holdfast.postgres.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.Transactional;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Case 11: few lanes, a pool of two, and many workflows that want them. */
@Timeout(120)
class LanesTest {
    private static final Definition<Integer, Integer> FIRST = Definition.of("first", 1, Integer.class, Integer.class);
    private static final Definition<Integer, Integer> SECOND = Definition.of("second", 1, Integer.class, Integer.class);
    private static final Duration BOUND = Duration.ofSeconds(60);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final AtomicInteger first = new AtomicInteger();
    private final AtomicInteger second = new AtomicInteger();
    private final AtomicInteger mostOfFirst = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    private Holdfast node(int lanes) {
        jdbi.useHandle(handle -> handle.execute("create table effect (workflow text, branch integer)"));
        DatabaseSettings small = DatabaseSettings.of(database.jdbcUrl()).pool(0, 2);
        return PostgresHoldfast.on(PostgresConfig.of(small)
                        .nodeName("test")
                        .lease(Duration.ofSeconds(10))
                        .lanes(lanes))
                .register(FIRST, (ctx, input) -> counted(ctx, first, input))
                .register(SECOND, (ctx, input) -> counted(ctx, second, input))
                .start();
    }

    private Integer counted(WorkflowContext ctx, AtomicInteger running, int branch) {
        return Transactional.step(ctx, "write", Integer.class, (handle, step) -> {
            running.incrementAndGet();
            mostOfFirst.accumulateAndGet(first.get(), Math::max);
            most.accumulateAndGet(first.get() + second.get(), Math::max);
            try {
                return write(handle, step.workflowId(), branch);
            } finally {
                running.decrementAndGet();
            }
        });
    }

    private static int write(Handle handle, String workflow, int branch) {
        handle.execute("insert into effect select ?, ? from pg_sleep(0.002)", workflow, branch);
        return branch;
    }

    private int effects() {
        return jdbi.withHandle(handle -> handle.createQuery("select count(distinct (workflow, branch)) from effect"
                        + " having count(*) = count(distinct (workflow, branch))")
                .mapTo(Integer.class)
                .one());
    }

    @Test
    void twoHundredWorkflowsShareFourLanesAndNoDefinitionHasMoreThanTwo() {
        try (Holdfast node = node(4)) {
            List<WorkflowHandle<Integer>> handles = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                handles.add(node.submit(FIRST, i));
                handles.add(node.submit(SECOND, i));
            }
            handles.forEach(handle -> assertThat(handle.result(BOUND)).isNotNull());
        }
        assertThat(effects()).isEqualTo(200);
        assertThat(mostOfFirst).hasValue(2);
        assertThat(most.get()).isBetween(3, 4);
    }

    @Test
    void oneLaneServesAll() {
        try (Holdfast node = node(1)) {
            List<WorkflowHandle<Integer>> handles = IntStream.range(0, 40)
                    .mapToObj(i -> node.submit(i % 2 == 0 ? FIRST : SECOND, i))
                    .toList();
            handles.forEach(handle -> assertThat(handle.result(BOUND)).isNotNull());
        }
        assertThat(effects()).isEqualTo(40);
        assertThat(most).hasValue(1);
    }

    /** Reservations of one mailbox wait for one another, and for what other branches write. */
    @Test
    void branchesOfOneWorkflowCommitBesideOneAnother() {
        Definition<Integer, Integer> branched = Definition.of("branched", 1, Integer.class, Integer.class);
        jdbi.useHandle(handle -> handle.execute("create table effect (workflow text, branch integer)"));
        try (Holdfast node = TestNode.start(
                database.jdbcUrl(),
                builder -> builder.register(
                        branched,
                        (ctx, input) -> ctx
                                .map(IntStream.range(0, input).boxed().toList(), input, (branch, i) -> {
                                    int before = branch.step("before", Integer.class, step -> i);
                                    int written = Transactional.step(
                                            branch,
                                            "write",
                                            Integer.class,
                                            (handle, step) -> write(handle, step.workflowId(), before));
                                    return branch.step("after", Integer.class, step -> written);
                                })
                                .stream()
                                .mapToInt(Integer::intValue)
                                .sum()))) {
            assertThat(node.submit(branched, 50).result(BOUND)).isEqualTo(50 * 49 / 2);
        }
        assertThat(effects()).isEqualTo(50);
    }

    /** Its body is interrupted, and nothing of it is left. */
    @Test
    void aBranchThatLosesInItsBodyIsRolledBack() {
        Definition<Integer, Integer> racing = Definition.of("racing", 1, Integer.class, Integer.class);
        jdbi.useHandle(handle -> handle.execute("create table effect (workflow text, branch integer)"));
        CountDownLatch entered = new CountDownLatch(1);
        try (Holdfast node = TestNode.start(
                database.jdbcUrl(),
                builder -> builder.register(
                        racing,
                        (ctx, input) -> ctx.race(List.of(
                                quick -> quick.step("wait", Integer.class, step -> {
                                    entered.await();
                                    return input;
                                }),
                                slow -> Transactional.step(slow, "write", Integer.class, (handle, step) -> {
                                    write(handle, step.workflowId(), 1);
                                    entered.countDown();
                                    handle.execute("select pg_sleep(25)");
                                    return 0;
                                })))))) {
            assertThat(node.submit(racing, 7).result(Duration.ofSeconds(20))).isEqualTo(7);
        }
        assertThat(effects()).isZero();
    }
}
