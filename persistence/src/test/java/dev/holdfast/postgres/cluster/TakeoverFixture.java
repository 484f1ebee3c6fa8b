package dev.holdfast.postgres.cluster;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresStore;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.TestResource;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.spi.StoreNode;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Processes that want to be nodes on one database: some live, some are killed, some wait. */
public final class TakeoverFixture extends TestResource {
    private final TestDatabase database = TestDatabase.migrated();
    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final List<PostgresStore> opened = new CopyOnWriteArrayList<>();
    private final List<PgProxy> wires = new CopyOnWriteArrayList<>();
    private final ExecutorService processes = Executors.newCachedThreadPool();

    public TakeoverFixture() {}

    @Override
    public void close() throws IOException {
        try (database) {
            processes.shutdownNow();
            wires.forEach(wire -> wire.refuse(true)); // nothing is left to wait for
            for (PostgresStore store : opened) {
                store.close();
            }
            for (PgProxy wire : wires) {
                wire.close();
            }
        }
    }

    public PostgresStore open(String name, Duration lease) {
        return open(name, lease, database.jdbcUrl());
    }

    PostgresStore open(String name, Duration lease, String url) {
        var dataSource = TestNode.dataSource(url);
        PostgresConfig config = PostgresConfig.of(url).nodeName(name).lease(lease);
        PostgresStore store = new PostgresStore(dataSource, dataSource, () -> {}, config, OpenTelemetry.noop());
        opened.add(store);
        return store;
    }

    /** A process that can be killed: its sockets close, and that is all that the server sees. */
    public PgProxy startKillable(String name, Duration lease) {
        PgProxy wire = wire();
        StoreNode.joining(open(name, lease, wire.jdbcUrl()));
        awaitEnrolled(name);
        return wire;
    }

    /** A way to the database that is in the hands of the test. */
    PgProxy wire() {
        PgProxy wire = new PgProxy(database.jdbcUrl());
        wires.add(wire);
        return wire;
    }

    /** Its writers are known to the server by their backends. */
    private void awaitEnrolled(String name) {
        Await.until(
                name + " has enrolled its connections",
                () -> count("select count(distinct f.connection) from holdfast.fence f"
                                + " join holdfast.incarnation i on i.id = f.incarnation"
                                + " join holdfast.node n using (number) where f.connection >= 0 and n.name = '" + name
                                + "'")
                        >= 2);
    }

    CompletableFuture<StoreNode> joining(String name, Duration lease) {
        PostgresStore store = open(name, lease);
        return CompletableFuture.supplyAsync(() -> StoreNode.joining(store), processes);
    }

    public long count(String sql) {
        return jdbi.withHandle(
                handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    /** The node of each incarnation, as the log names it. */
    List<String> names() {
        NodeTakeover takeover = new NodeTakeover(jdbi, TestNode.LEASE);
        return jdbi
                .withHandle(handle -> handle.createQuery("select id from holdfast.incarnation order by joined_at")
                        .mapTo(UUID.class)
                        .list())
                .stream()
                .map(takeover::name)
                .toList();
    }

    /** A session of nobody. */
    Handle open() {
        return jdbi.open();
    }

    public void execute(String sql) {
        jdbi.useHandle(handle -> handle.execute(sql));
    }

    /** As each node does it once an hour. */
    void prune() {
        new Pruning(jdbi).run();
    }

    long owned(String name) {
        return count("select count(*) from generate_series(0, 255) b join holdfast.incarnation i"
                + " on i.id = holdfast.owner(b) join holdfast.node n using (number) where n.name = '" + name + "'");
    }

    /** Waits until the nodes own so many buckets each. */
    public void awaitOwned(Map<String, Long> buckets) {
        Await.until(
                "the nodes own " + buckets,
                () -> buckets.entrySet().stream().allMatch(node -> owned(node.getKey()) == node.getValue()));
    }

    Map<Integer, Long> epochs() {
        return jdbi
                .withHandle(
                        handle -> handle.createQuery("select bucket, max(epoch) from holdfast.bucket group by bucket")
                                .map((row, context) -> Map.entry(row.getInt(1), row.getLong(2)))
                                .list())
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** That the node lives on: its heartbeat has moved so often. */
    public void awaitHeartbeats(int beats) {
        long before = count("select coalesce(max(counter), 0) from holdfast.heartbeat");
        Await.until(
                "heartbeats",
                () -> count("select coalesce(max(counter), 0) from holdfast.heartbeat") >= before + beats);
    }
}
