package dev.holdfast.postgres.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.Step;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.postgres.Isolation;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.Transactional;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Case 13: bodies that deadlock, and that cannot be serialized, run again inside, and take effect once. */
@Timeout(60)
class LaneCollisionTest {
    private static final Definition<Integer, Integer> DEFINITION =
            Definition.of("colliding", 1, Integer.class, Integer.class);
    private static final Duration BOUND = Duration.ofSeconds(40);
    private static final int WORKFLOWS = 30;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final AtomicInteger runs = new AtomicInteger();

    @BeforeEach
    void create() {
        jdbi.useHandle(handle -> {
            handle.execute("create table account (id integer primary key, balance integer not null)");
            handle.execute("insert into account values (1, 0), (2, 0)");
        });
    }

    private List<Integer> balances() {
        return jdbi.withHandle(handle -> handle.createQuery("select balance from account order by id")
                .mapTo(Integer.class)
                .list());
    }

    private List<Integer> attempts() {
        return jdbi.withHandle(
                handle -> handle.createQuery("select distinct event_attempt from holdfast.log where event = 1")
                        .mapTo(Integer.class)
                        .list());
    }

    @ParameterizedTest
    @EnumSource(value = Isolation.class, names = "READ_COMMITTED", mode = EnumSource.Mode.EXCLUDE)
    void noUpdateOfBodiesThatReadFirstIsLost(Isolation level) {
        try (Holdfast node = TestNode.start(
                database.jdbcUrl(),
                builder -> builder.register(
                        DEFINITION,
                        (ctx, input) -> ctx.step("add", Integer.class, Transactional.body(level, (handle, step) -> {
                            runs.incrementAndGet();
                            int before = handle.select("select balance from account where id = 1")
                                    .mapTo(Integer.class)
                                    .one();
                            return handle.execute("update account set balance = ? where id = 1", before + 1);
                        }))))) {
            List<WorkflowHandle<Integer>> handles = IntStream.range(0, WORKFLOWS)
                    .mapToObj(i -> node.submit(DEFINITION, i))
                    .toList();
            handles.forEach(handle -> assertThat(handle.result(BOUND)).isOne());
        }
        assertThat(balances()).containsExactly(WORKFLOWS, 0);
        assertThat(runs.get()).as("runs, of which some collided").isGreaterThan(WORKFLOWS);
    }

    @Test
    void bothBodiesOfADeadlockTakeEffect() {
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        try (Holdfast node = TestNode.start(
                database.jdbcUrl(),
                builder -> builder.register(
                        DEFINITION,
                        (ctx, first) -> Transactional.step(ctx, Step.named("add"), Integer.class, (handle, step) -> {
                            int run = runs.incrementAndGet();
                            handle.execute("update account set balance = balance + 1 where id = ?", first);
                            if (run <= 2) {
                                int unused = bothHoldOne.await();
                            }
                            return handle.execute("update account set balance = balance + 1 where id = ?", 3 - first);
                        })))) {
            WorkflowHandle<Integer> one = node.submit(DEFINITION, 1);
            WorkflowHandle<Integer> other = node.submit(DEFINITION, 2);
            assertThat(one.result(BOUND)).isOne();
            assertThat(other.result(BOUND)).isOne();
        }
        assertThat(balances()).containsExactly(2, 2);
        assertThat(runs).as("one ran again").hasValue(3);
        assertThat(attempts()).as("within its attempt").containsExactly(1);
    }
}
