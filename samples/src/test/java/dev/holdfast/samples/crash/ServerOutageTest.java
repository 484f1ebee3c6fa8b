package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.embedded.RestartableServer;
import dev.holdfast.postgres.embedded.RestartableServer.Mode;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cases 6 and 33: the server stops under three busy nodes, and returns. It was unavailable for all of them, so no node
 * takes over, and all continue by themselves.
 */
final class ServerOutageTest {
    private static final System.Logger LOG = System.getLogger(ServerOutageTest.class.getName());

    private static final List<String> NODES = List.of("first", "second", "third");
    private static final int STEPS = 60;
    private static final int MILLIS = 50;
    private static final int WORKFLOWS = 30;

    /** Deadline for the return to full speed. */
    private static final Duration STATED = Duration.ofSeconds(30);

    private static final String ENDED_BADLY = "select uid::text from holdfast.log where event >= 20 and event <> 30";
    private static final String RUNNING_SINCE = """
            select count(distinct uid) from holdfast.log where at > ?::timestamptz and outcome_state = 1""";

    @TempDir
    Path directory;

    private final Probe probe = Probe.steps(STEPS, MILLIS);
    private final Probe keyed = Probe.steps(2);
    private final List<NodeProcess> nodes = new ArrayList<>();
    private RestartableServer server;
    private Database database;
    private Cluster cluster;

    @BeforeEach
    void start() {
        server = new RestartableServer(directory.resolve("data"));
        database = Database.on(server.jdbcUrl());
        cluster = new Cluster(database);
        for (String name : NODES) {
            nodes.add(NodeProcess.launch(server.jdbcUrl(), name, NodeProcess.HELD_FOR)
                    .awaitStarted());
        }
        cluster.awaitOwned(Map.of("first", 86, "second", 85, "third", 85));
    }

    @AfterEach
    void stop() {
        nodes.forEach(NodeProcess::close);
        server.close();
    }

    @Test
    void restartsAndAnOutageOfOverTwoLeasesCostNoOwnership() {
        requireNoneReplaced(Duration.ZERO, NodeProcess.LEASE.multipliedBy(2).plusSeconds(1));
    }

    @Test
    @Tag("long")
    void anOutageOfAMinuteCostsNoOwnership() {
        requireNoneReplaced(Duration.ofSeconds(20), Duration.ofMinutes(1));
    }

    private void requireNoneReplaced(Duration shorter, Duration longer) {
        List<String> epochs = cluster.epochs();
        List<String> ids = submitAll("id", "w", probe, WORKFLOWS);
        outage(Mode.FAST, shorter, ids);
        outage(Mode.IMMEDIATE, shorter, ids);
        List<String> keys = new ArrayList<>();
        outage(Mode.IMMEDIATE, longer, ids, () -> keys.addAll(submitAll("id", "late", keyed, 12)));
        ids.forEach(id -> requireEnd(id, probe));
        requireAccepted(keys);
        new Invariants(database).requireAtRest();
        assertThat(database.rows(ENDED_BADLY)).isEmpty();
        assertThat(cluster.fenced()).as("declared dead").isEmpty();
        assertThat(cluster.epochs()).as("changes of hands").isEqualTo(epochs);
        assertThat(nodes).as("processes that live on").allMatch(NodeProcess::isAlive);
        assertThat(database.number("select count(*) from holdfast.incarnation")).isEqualTo(NODES.size());
    }

    private void outage(Mode mode, Duration time, List<String> ids) {
        outage(mode, time, ids, () -> {});
    }

    private void outage(Mode mode, Duration time, List<String> ids, Runnable meanwhile) {
        Eventually.until(
                "all run",
                () -> database.number("select count(distinct uid) from holdfast.log where outcome_state = 1")
                        >= ids.size());
        server.stop(mode);
        long down = System.nanoTime();
        meanwhile.run();
        Eventually.within(
                time.plusSeconds(10), "it was down for " + time, () -> System.nanoTime() - down > time.toNanos());
        server.start();
        Duration away = Duration.ofNanos(System.nanoTime() - down);
        String back = database.one("select clock_timestamp()::text");
        long open = database.number("select count(*) from holdfast.open_workflow");
        Duration took = Eventually.within(
                STATED, "all that were running run again", () -> database.number(RUNNING_SINCE, back) >= open);
        LOG.log(Level.INFO, "{0} after {1} away, {2} workflows ran again after {3}", mode, away, open, took);
    }

    /** Submits on all nodes in turn. */
    private List<String> submitAll(String how, String name, Probe what, int number) {
        List<String> ids =
                IntStream.range(0, number).mapToObj(i -> name + i + "-").toList();
        IntStream.range(0, number).forEach(i -> nodes.get(i % nodes.size()).send(what.order(how, ids.get(i))));
        return ids;
    }

    private Stream<String> output(String beginning) {
        return nodes.stream().flatMap(node -> node.output(beginning).stream());
    }

    private void requireEnd(String id, Probe what) {
        Eventually.until(
                "the end of " + id, () -> output("result " + id + " ").findAny().isPresent());
        assertThat(output("result " + id + " ")).containsOnly(what.ending().of(id));
    }

    /** A submission during the outage was rejected as unavailable, or runs; a repeated one runs. */
    private void requireAccepted(List<String> ids) {
        Eventually.until(
                "all are answered",
                () -> ids.stream()
                        .allMatch(id -> output("accepted " + id).findAny().isPresent()
                                || output("error " + id).findAny().isPresent()));
        assertThat(output("error").filter(line -> !line.contains("StoreUnavailable")))
                .as("other answers")
                .isEmpty();
        ids.forEach(id -> nodes.getFirst().send(keyed.order("id", id)));
        ids.forEach(id -> requireEnd(id, keyed));
    }
}
