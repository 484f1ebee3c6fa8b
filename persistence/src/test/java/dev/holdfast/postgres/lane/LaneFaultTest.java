package dev.holdfast.postgres.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.Step;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.Isolation;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.Transactional;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.PgProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The way to the database breaks, or another node takes over, at each arrow of a transactional step. */
@Timeout(90)
class LaneFaultTest {
    private static final Definition<Integer, Integer> DEFINITION =
            Definition.of("faulty", 1, Integer.class, Integer.class);
    private static final Step STEP = Step.named("write").timeout(Duration.ofSeconds(5));
    private static final Duration BOUND = Duration.ofSeconds(40);
    private static final String BROKEN_LOGS = """
            select count(*) from (select from holdfast.log group by uid
                having min(seq) <> 1 or max(seq) <> count(*) or count(distinct record_id) <> count(*)) l""";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final PgProxy proxy = new PgProxy(database.jdbcUrl());
    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final AtomicInteger calls = new AtomicInteger();
    private final CountDownLatch entered = new CountDownLatch(1);
    private volatile Isolation isolation = Isolation.READ_COMMITTED;
    private volatile Runnable inFirstBody = () -> {};

    @BeforeEach
    void create() {
        jdbi.useHandle(handle -> handle.execute("create table effect (id text primary key, times integer not null)"));
    }

    @AfterEach
    void close() throws IOException {
        proxy.close();
    }

    private Holdfast node(String url, String name, UnaryOperator<Holdfast.Builder> with) {
        return with.apply(PostgresHoldfast.on(TestNode.config(url).nodeName(name)))
                .register(DEFINITION, (ctx, input) -> {
                    int written = ctx.step(STEP, Integer.class, Transactional.body(isolation, (handle, step) -> {
                        int call = calls.incrementAndGet();
                        handle.execute(
                                "insert into effect (id, times) values (?, 1)"
                                        + " on conflict (id) do update set times = effect.times + 1",
                                step.workflowId());
                        if (call == 1) {
                            entered.countDown();
                            inFirstBody.run();
                        }
                        return input;
                    }));
                    return ctx.step("after", Integer.class, step -> written + 1);
                })
                .start();
    }

    private void assertOnce(WorkflowHandle<Integer> handle) {
        assertThat(handle.result(BOUND)).isEqualTo(8);
        List<Integer> times = jdbi.withHandle(db ->
                db.createQuery("select times from effect").mapTo(Integer.class).list());
        assertThat(times).as("effects").containsExactly(1);
        int broken = jdbi.withHandle(
                db -> db.createQuery(BROKEN_LOGS).mapTo(Integer.class).one());
        assertThat(broken).as("logs with holes").isZero();
    }

    static Stream<Arguments> arrows() {
        return Stream.of("holdfast.begin_step(", "into effect", "commit")
                .flatMap(sql -> Arrays.stream(Action.values())
                        .filter(action -> action != Action.FORWARD)
                        .map(action -> Arguments.of(sql, action)));
    }

    @ParameterizedTest
    @MethodSource("arrows")
    void theEffectIsThereOnceWhereverTheConnectionBreaks(String sql, Action action) {
        AtomicBoolean hit = new AtomicBoolean();
        proxy.rule(request -> request.sql().strip().contains(sql)
                        && !request.sql().contains("COMMIT")
                        && hit.compareAndSet(false, true)
                ? action
                : Action.FORWARD);
        try (Holdfast node = node(proxy.jdbcUrl(), "test", builder -> builder)) {
            WorkflowHandle<Integer> handle = node.submit(DEFINITION, 7);

            assertOnce(handle);
            proxy.links().forEach(PgLink::release);
            assertOnce(handle);
            assertThat(hit).as("the fault happened").isTrue();
            boolean found = sql.equals("commit") && action == Action.CUT_AFTER;
            assertThat(calls).as("calls").hasValue(sql.contains("begin") || found ? 1 : 2);
        }
    }

    /** The snapshot of the transaction is older than the fence, except at read committed. */
    @ParameterizedTest
    @EnumSource(Isolation.class)
    void aBodyDuringWhichTheOwnershipIsTakenIsRolledBackAtEachLevel(Isolation level) {
        isolation = level;
        inFirstBody = () -> jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.fence (incarnation, connection, generation)
                select id, -1, 0 from holdfast.incarnation"""));
        try (Holdfast node = node(database.jdbcUrl(), "test", builder -> builder)) {
            assertOnce(node.submit(DEFINITION, 7));
            assertThat(calls).as("the first call was dropped").hasValue(2);
        }
    }

    @ParameterizedTest
    @EnumSource(Isolation.class)
    void aNodeThatTakesOverEndsTheTransactionOfOneThatHangs(Isolation level) {
        isolation = level;
        CountDownLatch taken = new CountDownLatch(1);
        inFirstBody = () -> awaitDeafly(taken);
        try (Holdfast hanging = node(proxy.jdbcUrl(), "hanging", builder -> builder)) {
            WorkflowHandle<Integer> handle = hanging.submit(DEFINITION, 7);
            Await.until("it is in its body", () -> entered.getCount() == 0);
            try (Holdfast next = node(database.jdbcUrl(), "next", builder -> builder)) {
                proxy.rule(request -> Action.HOLD);
                assertOnce(next.handle(DEFINITION, handle.id()));
                assertThat(calls).hasValue(2);
                taken.countDown();
                proxy.rule(request -> Action.FORWARD);
                proxy.links().forEach(PgLink::release);
                assertOnce(next.handle(DEFINITION, handle.id()));
            }
        }
    }

    private static void awaitDeafly(CountDownLatch latch) {
        boolean open = false;
        while (!open) {
            try {
                latch.await();
                open = true;
            } catch (InterruptedException e) {
                assertThat(latch.getCount()).isNotNegative();
            }
        }
    }
}
