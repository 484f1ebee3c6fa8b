package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The workflows of a killed node continue: on the same node at once, on another after the lease. */
final class RestartTest {
    private static final System.Logger LOG = System.getLogger(RestartTest.class.getName());

    private static final String FIRST = "first";
    private static final String SECOND = "second";
    private static final int STEPS = 20;
    private static final int MILLIS = 50;
    private static final Duration AT_ONCE = Duration.ofSeconds(15);
    private static final Duration A_FEW_SECONDS = Duration.ofSeconds(5);

    private static final String NOW = "select clock_timestamp()::text";
    private static final String NOT_RUN_SINCE = """
            select w.id from holdfast.workflow w where not exists (
                select from holdfast.log l where l.uid = w.uid and l.at > ?::timestamptz)""";
    private static final String ENDED = "select count(*) from holdfast.log where event >= 20";
    private static final String OWNED = """
            select count(*) from generate_series(0, 255) b join holdfast.incarnation i on i.id = holdfast.owner(b)
            join holdfast.node n using (number) where n.name = ?""";

    private final Database database = Database.create();
    private final Invariants invariants = new Invariants(database);
    private final Probe probe = Probe.steps(STEPS, MILLIS);

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void theSameNodeGoesOnAtOnceWithAllThatWasRunning() {
        List<String> ids = ids(200);
        try (NodeProcess node = launch(FIRST).awaitStarted()) {
            startAll(node, ids);
            node.kill();
        }
        invariants.requireAlways();
        String killed = database.one(NOW);
        try (NodeProcess node = launch(FIRST)) {
            Duration took = Eventually.within(
                    AT_ONCE,
                    "all run again",
                    () -> database.rows(NOT_RUN_SINCE, killed).isEmpty());
            LOG.log(Level.INFO, "{0} workflows ran again {1} after the start of the process", ids.size(), took);
            node.awaitStarted();
            invariants.requireAtRest();
            requireResults(node, ids);
        }
    }

    @Test
    void theOtherNodeTakesOverWhenOneIsKilled() {
        List<String> ids = ids(40);
        try (NodeProcess first = launch(FIRST).awaitStarted();
                NodeProcess second = launch(SECOND).awaitStarted()) {
            Eventually.until(
                    "each owns half",
                    () -> database.number(OWNED, FIRST) == 128 && database.number(OWNED, SECOND) == 128);
            startAll(first, ids);
            assertThat(database.rows("select distinct node from probe.ledger order by node"))
                    .containsExactly(FIRST, SECOND);
            first.kill();
            String killed = database.one(NOW);
            Duration took = Eventually.within(
                    NodeProcess.LEASE.plus(A_FEW_SECONDS),
                    "all run on the second",
                    () -> database.rows(NOT_RUN_SINCE, killed).isEmpty());
            LOG.log(Level.INFO, "another node ran all {0} after the kill, the lease is {1}", took, NodeProcess.LEASE);
            assertThat(database.number(OWNED, SECOND)).isEqualTo(256);
            invariants.requireAtRest();
            requireResults(second, ids);
        }
    }

    @Test
    void aSecondProcessOfTheSameNameDoesNotStartAndHarmsNothing() {
        List<String> ids = ids(20);
        try (NodeProcess first = launch(FIRST).awaitStarted()) {
            startAll(first, ids);
            try (NodeProcess second = launch(FIRST)) {
                assertThat(second.await("refused"))
                        .isEqualTo("refused another process is running as node \"first\": give this one a node name"
                                + " of its own, or stop the other one");
            }
            ids.forEach(id -> assertThat(first.await("result " + id))
                    .isEqualTo(probe.ending().of(id)));
        }
        invariants.requireAtRest();
        assertThat(database.rows("select id from probe.ledger")).hasSize(ids.size() * STEPS);
    }

    @Test
    void aNodeThatHasNothingToDoIsNotTakenForDeadByASecondProcessOfItsName() {
        try (NodeProcess first = launch(FIRST).awaitStarted()) {
            try (NodeProcess second = launch(FIRST)) {
                assertThat(second.await("refused")).contains("another process is running as node \"first\"");
            }
            requireResults(first, ids(1));
        }
    }

    private NodeProcess launch(String node) {
        return NodeProcess.launch(database.jdbcUrl(), node, NodeProcess.HELD_FOR);
    }

    private static List<String> ids(int number) {
        return IntStream.range(0, number).mapToObj(i -> "w" + i + "-").toList();
    }

    /** Waits until all have run a step; none has ended. */
    private void startAll(NodeProcess node, List<String> ids) {
        ids.forEach(id -> node.send(probe.order("id", id)));
        Eventually.until(
                "all run",
                () -> database.number("select count(distinct uid) from holdfast.log where outcome_state = 1")
                        == ids.size());
        assertThat(database.number(ENDED)).as("how many have ended").isZero();
    }

    /** Asserts that each submission joins the existing workflow. */
    private void requireResults(NodeProcess node, List<String> ids) {
        ids.forEach(id -> node.send(probe.order("id", id)));
        ids.forEach(id ->
                assertThat(node.await("result " + id)).isEqualTo(probe.ending().of(id)));
        assertThat(database.number("select count(*) from holdfast.workflow")).isEqualTo(ids.size());
    }
}
