package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.HoldfastException;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.spi.Node;
import dev.holdfast.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who becomes the owner, and when: by name, by life and death of processes. */
@Timeout(60)
class ClaimsTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = TestNode.LEASE;

    private final TestDatabase database = TestDatabase.create();
    private final Jdbi jdbi = Sql.on(database.dataSource());
    private final List<PostgresStore> opened = new CopyOnWriteArrayList<>();
    private final List<PgProxy> wires = new CopyOnWriteArrayList<>();
    private final ExecutorService processes = Executors.newCachedThreadPool();

    ClaimsTest() {
        Migrations.migrate(database.dataSource());
    }

    @AfterEach
    void close() throws IOException {
        processes.shutdownNow();
        wires.forEach(wire -> wire.refuse(true)); // nothing is left to wait for
        for (PostgresStore store : opened) {
            store.close();
        }
        for (PgProxy wire : wires) {
            wire.close();
        }
        database.close();
    }

    private PostgresStore open(String name, Duration lease) {
        return open(name, lease, database.jdbcUrl());
    }

    private PostgresStore open(String name, Duration lease, String url) {
        var dataSource = TestNode.dataSource(url);
        PostgresConfig config = PostgresConfig.of(url).nodeName(name).lease(lease);
        PostgresStore store = new PostgresStore(dataSource, dataSource, () -> {}, config, WorkflowMailbox::new);
        opened.add(store);
        return store;
    }

    /** A process that can be killed: its sockets close, and that is all that the server sees. */
    private PgProxy startKillable(String name, Duration lease) {
        PgProxy wire = new PgProxy(database.jdbcUrl());
        wires.add(wire);
        Node.joining(open(name, lease, wire.jdbcUrl()));
        awaitEnrolled(name);
        return wire;
    }

    /** Its writers are known to the server by their backends. */
    private void awaitEnrolled(String name) {
        Await.until(
                name + " has enrolled its connections",
                () -> count("select count(distinct f.connection) from holdfast.fence f"
                                + " join holdfast.node n using (incarnation) where f.connection >= 0 and n.name = '"
                                + name + "'")
                        >= 2);
    }

    private CompletableFuture<Node> joining(String name, Duration lease) {
        PostgresStore store = open(name, lease);
        return CompletableFuture.supplyAsync(() -> Node.joining(store), processes);
    }

    private long count(String sql) {
        return jdbi.withHandle(handle -> handle.createQuery(sql).mapTo(Long.class).one());
    }

    private long owned(String name) {
        return count("select count(*) from holdfast.bucket where owner = '" + name + "'");
    }

    private Map<Integer, Long> epochs() {
        return jdbi
                .withHandle(handle -> handle.createQuery("select bucket, epoch from holdfast.bucket")
                        .map((row, context) -> Map.entry(row.getInt(1), row.getLong(2)))
                        .list())
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** That the node lives on: its heartbeat has moved so often. */
    private void awaitHeartbeats(int beats) {
        long before = count("select max(counter) from holdfast.heartbeat");
        Await.until("heartbeats", () -> count("select max(counter) from holdfast.heartbeat") >= before + beats);
    }

    @Test
    void aRestartTakesOverAtOnceWhenTheFormerProcessIsGone() {
        PgProxy former = startKillable("a", LONG);
        former.refuse(true);
        Node next = Await.done(joining("a", LONG)); // in 30 s, a tenth of the lease
        assertThat(next.ownership().leaseHeld()).isTrue();
        assertThat(owned("a")).isEqualTo(256);
    }

    @Test
    void aRestartWaitsForTheLeaseWhenAConnectionOfTheFormerProcessIsStillThere() {
        PgProxy former = startKillable("a", SHORT);
        freeze(former);
        long start = System.nanoTime();
        Node next = Await.done(joining("a", SHORT));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT);
        assertThat(next.ownership().leaseHeld()).isTrue();
    }

    /** Its process is stopped: it says nothing, and its sockets stay open. */
    private static void freeze(PgProxy wire) {
        wire.rule(request -> Action.HOLD);
    }

    @Test
    void anotherNameWaitsWhileTheFirstOneLives() {
        Node first = Node.joining(open("a", SHORT));
        CompletableFuture<Node> second = joining("b", SHORT);
        awaitHeartbeats(10); // two leases
        assertThat(second).isNotDone();
        assertThat(owned("a")).isEqualTo(256);
        assertThat(first.ownership().leaseHeld()).isTrue();
        assertThat(first.lost()).isEmpty();
        first.store().close();
        assertThat(Await.done(second).ownership().node()).isEqualTo("b");
        assertThat(owned("b")).isEqualTo(256);
    }

    @Test
    void anotherNameWaitsOutTheLeaseOfOneThatIsSilent() {
        PgProxy former = startKillable("a", SHORT);
        former.refuse(true);
        long start = System.nanoTime();
        Node second = Await.done(joining("b", SHORT));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(SHORT);
        assertThat(second.ownership().leaseHeld()).isTrue();
        assertThat(owned("b")).isEqualTo(256);
    }

    @Test
    void aSecondLivingProcessOfTheSameNameRefusesToStart() {
        Node first = Node.joining(open("a", SHORT));
        PostgresStore second = open("a", SHORT);
        assertThatThrownBy(() -> second.join(lost -> {}))
                .isInstanceOf(HoldfastException.class)
                .hasMessageContaining("another process is running as node \"a\"")
                .hasMessageContaining("--node-name");
        assertThat(first.ownership().leaseHeld()).isTrue();
        assertThat(first.lost()).isEmpty();
        assertThat(owned("a")).isEqualTo(256);
    }

    @Test
    void afterACloseTheNextOneHasEverythingAtOnce() {
        Node.joining(open("a", LONG)).store().close();
        Await.done(joining("b", LONG));
        assertThat(owned("b")).isEqualTo(256);
        assertThat(owned("a")).isZero();
    }

    @Test
    void epochsGrowWithEveryChangeOfHandsAndOnlyThen() {
        Node first = Node.joining(open("a", SHORT));
        Map<Integer, Long> before = epochs();
        awaitHeartbeats(2);
        assertThat(epochs()).isEqualTo(before);
        first.store().close();
        Node second = Node.joining(open("b", SHORT));
        Map<Integer, Long> between = epochs();
        assertThat(between).allSatisfy((bucket, epoch) -> {
            assertThat(epoch).isEqualTo(before.getOrDefault(bucket, 0L) + 1);
            assertThat(second.ownership().epoch(bucket)).isEqualTo(epoch);
        });
        second.store().close();
        Node.joining(open("b", SHORT));
        assertThat(epochs()).allSatisfy((bucket, epoch) -> assertThat(epoch)
                .isEqualTo(between.getOrDefault(bucket, 0L) + 1));
    }

    @Test
    void ofTwoThatWaitForTheSameNameOneRefusesToStart() {
        Node first = Node.joining(open("a", SHORT));
        CompletableFuture<Node> second = joining("b", SHORT);
        Await.until("b is known", () -> count("select count(*) from holdfast.node where name = 'b'") == 1);
        CompletableFuture<Node> third = joining("b", SHORT);
        Await.until("one of them gives up", () -> second.isDone() || third.isDone());
        boolean secondGaveUp = second.isDone();
        assertThat(Await.failure(secondGaveUp ? second : third)).hasMessageContaining("node \"b\"");
        first.store().close();
        assertThat(Await.done(secondGaveUp ? third : second).ownership().node()).isEqualTo("b");
    }
}
