package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Case 14: the clocks of the nodes are wrong by ten minutes. Leases, timers and times of ids are the database's. */
@Timeout(120)
final class MovedClockTest {
    private static final String AHEAD = "ahead";
    private static final String BEHIND = "behind";
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private static final int OF_EACH = 20;

    /** The time from the record of a timer, or of the awaited limit, until the code went on. */
    private static final String WAITED = """
            select extract(epoch from p.at - t.at) * 1000 from probe.ledger p
            join holdfast.workflow w on w.id = p.workflow_id
            join holdfast.log t on t.uid = w.uid and t.event = %d
            where p.step = 'after' and w.definition = '%s'""";

    private static final String ACCEPTED_AT_ANOTHER_TIME = """
            select w.id from holdfast.workflow w join holdfast.log l on l.uid = w.uid and l.seq = 1
            where abs(extract(epoch from l.at - holdfast.accepted_at(w.uid))) > 30""";

    @TempDir
    private Path directory;

    private final Database database = Database.create();
    private final Cluster cluster = new Cluster(database);

    @BeforeEach
    void need() {
        assumeTrue(MovedClock.isPossible(), "cc, on Linux");
    }

    @AfterEach
    void drop() {
        database.close();
    }

    private NodeProcess launch(String node, MovedClock clock) {
        NodeProcess process =
                NodeProcess.launch(database.jdbcUrl(), node, clock).awaitStarted();
        process.send("clock");
        Instant there = Instant.parse(process.await("clock ").substring("clock ".length()));
        assertThat(Duration.between(Instant.now(), there))
                .isBetween(clock.by().minusMinutes(1), clock.by().plusMinutes(1));
        return process;
    }

    private static List<String> orders(String node, String type, String input) {
        return IntStream.range(0, OF_EACH)
                .mapToObj(i -> "id %s-%s-%d %s %s".formatted(type, node, i, type, input))
                .toList();
    }

    @Test
    void leasesAndTimersFollowTheClockOfTheDatabase() throws IOException {
        MovedClock clock = MovedClock.compile(directory, TEN_MINUTES);
        try (NodeProcess ahead = launch(AHEAD, clock);
                NodeProcess behind = launch(BEHIND, clock.by(TEN_MINUTES.negated()))) {
            cluster.awaitOwned(Map.of(AHEAD, 128, BEHIND, 128));
            List<NodeProcess> nodes = List.of(ahead, behind);
            for (NodeProcess node : nodes) {
                String name = node == ahead ? AHEAD : BEHIND;
                orders(name, "probe.sleep", "{\"millis\":3000}").forEach(node::send);
                orders(name, "probe.wait", "{\"signal\":\"never\",\"timeoutMillis\":3000}")
                        .forEach(node::send);
            }
            for (NodeProcess node : nodes) {
                Eventually.until("all have ended", () -> node.output("result ").size() == 2 * OF_EACH);
            }
            assertThat(nodes.stream().flatMap(node -> node.output("result probe.wait").stream()))
                    .allMatch(line -> line.endsWith("{\"timedOut\":true}"));
            assertThat(cluster.fenced()).as("a lease follows no wall clock").isEmpty();
            requireWaited(WAITED.formatted(2, "probe.sleep"));
            assertThat(database.rows(ACCEPTED_AT_ANOTHER_TIME)).isEmpty();

            orders(AHEAD + "-last", "probe.sleep", "{\"millis\":4000}").forEach(ahead::send);
            Eventually.until(
                    "all sleep",
                    () -> database.number("select count(*) from holdfast.open_workflow where status = 'WAITING'")
                            == OF_EACH);
            ahead.kill();
            cluster.awaitOwned(Map.of(AHEAD, 0, BEHIND, 256));
            assertThat(cluster.fenced()).containsExactly(AHEAD + " 1");
            new Invariants(database).requireAtRest();
            requireWaited(WAITED.formatted(2, "probe.sleep") + " and w.id like '%last%'");
        }
    }

    /** At least as long as they were to wait, and not by minutes longer. */
    private void requireWaited(String waited) {
        Stream<Double> millis = database.rows(waited).stream().map(Double::valueOf);
        assertThat(millis).hasSizeGreaterThanOrEqualTo(OF_EACH).allMatch(time -> time >= 3_000 && time < 30_000);
    }
}
