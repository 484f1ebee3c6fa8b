package dev.holdfast.postgres.checkpoint;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.TestResource;
import dev.holdfast.postgres.cluster.RehomedEras;
import dev.holdfast.postgres.fence.FenceToken;
import dev.holdfast.postgres.fence.FencedConnection;
import dev.holdfast.postgres.fence.Incarnation;
import dev.holdfast.postgres.jdbc.Outage;
import dev.holdfast.postgres.schema.Migrations;
import dev.holdfast.postgres.telemetry.StoreMetrics;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.postgres.wire.Request;
import dev.holdfast.spi.OwnershipLostException;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/** A queue and its writers without a node around them; the wire is in the hands of the test. */
final class WriterFixture extends TestResource {
    private static final Duration LEASE = Duration.ofSeconds(20);
    private static final WorkflowIds IDS = new WorkflowIds(256, 0);

    final TestDatabase database = TestDatabase.migrated();
    final PgProxy proxy = new PgProxy(database.jdbcUrl());
    final CheckpointQueue queue = new CheckpointQueue(1_000_000, 1L << 30, Duration.ofMillis(3));
    final Incarnation incarnation;
    final List<OwnershipLostException> lost = new CopyOnWriteArrayList<>();
    /** The batches that passed by. */
    final List<Request> flushes = new CopyOnWriteArrayList<>();

    final Jdbi jdbi;
    private final FlushFixture flush;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final List<Writer> writers = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Action> rule = request -> Action.FORWARD;

    WriterFixture() {
        flush = new FlushFixture(database, Migrations.LOCATION);
        jdbi = flush.jdbi;
        incarnation = flush.incarnation("test");
        proxy.rule(this::decide);
    }

    private Action decide(Request request) {
        if (!request.isFlush()) {
            return Action.FORWARD;
        }
        flushes.add(request);
        return rule.apply(request);
    }

    /** What happens to batches from now on. */
    void onFlush(Function<Request, Action> decision) {
        rule = decision;
    }

    /** With so many connections. */
    WriterFixture start(int connections) {
        DataSource dataSource = TestNode.dataSource(proxy.jdbcUrl());
        StoreMetrics metrics = new StoreMetrics(OpenTelemetry.noop());
        Outage outage = new Outage(metrics);
        BatchSettlement settlement = new BatchSettlement(queue, new DeferredWrites(jdbi, clock, outage), IDS);
        queue.start();
        for (int number = 0; number < connections; number++) {
            FenceToken none = FenceToken.none(incarnation, number, true);
            Writer writer = new Writer(
                    new FencedConnection<>(dataSource, none, LEASE, FlushCall::new),
                    queue,
                    outage,
                    settlement,
                    metrics,
                    new RehomedEras(),
                    lost::add);
            writers.add(writer);
            writer.start();
        }
        return this;
    }

    WorkflowKey newKey() {
        return flush.newKey();
    }

    WorkflowMailbox mailbox(WorkflowKey key) {
        return new WorkflowMailbox(queue, key, 0, () -> {});
    }

    /** One whose creation is committed, alone. */
    WorkflowMailbox accepted() {
        WorkflowMailbox mailbox = mailbox(newKey());
        Await.done(mailbox.create(queued()));
        return mailbox;
    }

    static WorkflowWrite.Creation queued() {
        return creation(1, false);
    }

    static WorkflowWrite.Creation creation(int version, boolean starts) {
        return new WorkflowWrite.Creation("test", version, Map.of(), new byte[] {'1'}, starts, null);
    }

    /** What is put in meanwhile waits together: the only connection is kept busy until then. */
    void whileBusy(Runnable puts) {
        CountDownLatch release = new CountDownLatch(1);
        AtomicBoolean kept = new AtomicBoolean();
        onFlush(request -> {
            kept.set(true);
            return await(release);
        });
        CompletableFuture<Void> opener = mailbox(newKey()).create(queued());
        Await.until("the connection is busy", kept::get);
        onFlush(request -> Action.FORWARD);
        flushes.clear();
        puts.run();
        release.countDown();
        Await.done(opener);
    }

    static Action await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Action.FORWARD;
    }

    /** Statements as psql would send them. */
    void run(String sql) {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** The answer of a statement of one row and one column. */
    <T> T one(String sql, Class<T> type) {
        return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(type).one());
    }

    /** The answers of a statement of one column. */
    <T> List<T> all(String sql, Class<T> type) {
        return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(type).list());
    }

    long records(WorkflowMailbox mailbox) {
        return flush.rows(mailbox.key());
    }

    /** Ends the writers as a node that closes does. */
    void stop() throws InterruptedException {
        queue.close(new OwnershipLostException("the test is over"));
        for (Writer writer : writers) {
            writer.close();
        }
        writers.clear();
    }

    @Override
    public void close() throws IOException {
        try (database;
                proxy) {
            try {
                stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                clock.shutdownNow();
            }
        }
    }
}
