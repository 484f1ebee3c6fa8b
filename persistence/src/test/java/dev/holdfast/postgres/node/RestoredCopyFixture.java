package dev.holdfast.postgres.node;

import dev.holdfast.Definition;
import dev.holdfast.EngineConfig;
import dev.holdfast.Holdfast;
import dev.holdfast.WorkflowContext;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.TestResource;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.wire.PgProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jdbi.v3.core.Jdbi;

/**
 * A node that charges cards, and copies of its database. Every charge, wherever it is made, stands in one list; the
 * first one lasts until it is let.
 */
final class RestoredCopyFixture extends TestResource {
    static final Definition<String, String> CHARGE = Definition.of("charge-card", 1, String.class, String.class);
    private static final Definition<String, String> PING = Definition.of("ping", 1, String.class, String.class);
    static final Duration WAIT = Duration.ofSeconds(20);

    /** The idempotency keys of all charges. */
    final List<String> charges = new CopyOnWriteArrayList<>();

    final TestDatabase database = TestDatabase.migrated();
    final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    final Holdfast original;
    private final PgProxy wire = new PgProxy(database.jdbcUrl());
    private final CountDownLatch gate = new CountDownLatch(1);
    private final List<AutoCloseable> opened = new CopyOnWriteArrayList<>();

    RestoredCopyFixture() {
        original = start(PostgresConfig.of(wire.jdbcUrl()).nodeName("one").lease(TestNode.LEASE));
    }

    /** A node that is closed after the test. */
    Holdfast start(PostgresConfig config) {
        Holdfast node = PostgresHoldfast.on(config)
                .config(EngineConfig.defaults().shutdownGrace(Duration.ofMillis(100)))
                .register(CHARGE, this::run)
                .register(PING, (ctx, input) -> ctx.step("ping", String.class, step -> input))
                .start();
        opened.add(node);
        return node;
    }

    Holdfast start(TestDatabase on, String name) {
        return start(PostgresConfig.of(on.jdbcUrl()).nodeName(name).lease(TestNode.LEASE));
    }

    private String run(WorkflowContext ctx, String card) {
        ctx.run("look-up", step -> {});
        String receipt = ctx.step("charge", String.class, step -> {
            charges.add(step.idempotencyKey().toString());
            gate.await();
            return "charged " + card;
        });
        return ctx.step("mail", String.class, step -> receipt);
    }

    /** Submits a workflow to the original, and returns once its charge is made, but not recorded. */
    WorkflowHandle<String> charging(String card) {
        int before = charges.size();
        WorkflowHandle<String> handle = original.submit(CHARGE, card);
        Await.until("it has charged", () -> charges.size() > before);
        return handle;
    }

    /** Lets all charges end. */
    void let() {
        gate.countDown();
    }

    /** A copy of the original's database, with the backends of its living node, as a dump of a running one has. */
    TestDatabase copy() {
        wire.refuse(true);
        TestDatabase copy = database.copy();
        opened.add(copy);
        wire.refuse(false);
        original.submit(PING, "").result(WAIT); // by a new connection
        Jdbi there = JdbiFactory.on(copy.dataSource());
        jdbi.useHandle(handle -> handle.createQuery(
                        "select incarnation::text as incarnation, connection, generation, pid,"
                                + " backend_start::text as backend_start from holdfast.fence where pid is not null")
                .mapToMap()
                .forEach(row -> there.useHandle(to -> to.createUpdate("insert into holdfast.fence (incarnation,"
                                + " connection, generation, pid, backend_start) values (cast(:incarnation as uuid),"
                                + " :connection, :generation, :pid, cast(:backend_start as timestamptz))"
                                + " on conflict do nothing")
                        .bindMap(row)
                        .execute())));
        return copy;
    }

    /** The backends by which the original's node writes. */
    List<Integer> backends() {
        return jdbi.withHandle(handle -> handle.createQuery("select a.pid from holdfast.fence f join pg_stat_activity a"
                        + " on a.pid = f.pid and a.backend_start = f.backend_start order by a.pid")
                .mapTo(Integer.class)
                .list());
    }

    /** The original's node lives on for longer than a lease. */
    void awaitLease() {
        long before = heartbeat();
        Await.until("seven heartbeats, of which a lease has five", () -> heartbeat() >= before + 7);
    }

    private long heartbeat() {
        return count(jdbi, "select coalesce(max(counter), 0) from holdfast.heartbeat");
    }

    static long count(Jdbi jdbi, String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    @Override
    public void close() throws IOException {
        let();
        try (database;
                wire) {
            opened.reversed().forEach(RestoredCopyFixture::close);
        }
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
