package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Case 4: a process is stopped for longer than its lease, and then continues. */
final class FrozenNodeTest {
    private static final System.Logger LOG = System.getLogger(FrozenNodeTest.class.getName());

    private static final String FIRST = "first";
    private static final String SECOND = "second";
    private static final int STEPS = 2;

    /** Longer than the start of all workflows: each is in its first body when the node is frozen. */
    private static final int MILLIS = 2_500;

    private static final String IN_FIRST_BODY = "select workflow_id from probe.ledger where node = ? and position = 0";
    private static final String SECOND_ATTEMPTS = """
            select distinct workflow_id from probe.ledger where position = 0 and node = 'second' and attempt = 2""";
    private static final String TAKEN_OVER = """
            select count(*) from holdfast.log where outcome_position = 0 and outcome_state = 1 and outcome_attempt = 2
            """;

    /** A fenced node has no ownership until it joins again. */
    private static final String BETWEEN = """
            > (select f.at from holdfast.fence f join holdfast.incarnation i on i.id = f.incarnation
                join holdfast.node n using (number) where f.connection = -1 and n.name = 'first' and i.ordinal = 1)
            and at < (select i.joined_at from holdfast.incarnation i join holdfast.node n using (number)
                where n.name = 'first' and i.ordinal = 2)""";

    private static final String WRITTEN_BETWEEN = """
            select uid::text from holdfast.log l join holdfast.node n on n.number = l.node
            where n.name = 'first' and at""" + " " + BETWEEN;
    private static final String RUN_BETWEEN =
            "select workflow_id || ' position ' || position from probe.ledger where node = 'first' and at " + BETWEEN;

    private final Database database = Database.create();
    private final Invariants invariants = new Invariants(database);
    private final Cluster cluster = new Cluster(database);
    private final Probe probe = Probe.steps(STEPS, MILLIS);

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void aFrozenNodeIsFencedDropsWhatItHasAndJoinsAgain() {
        try (NodeProcess first = launch(FIRST).awaitStarted();
                NodeProcess second = launch(SECOND).awaitStarted()) {
            cluster.awaitOwned(Map.of(FIRST, 128, SECOND, 128));
            List<String> ids = startAll(first, 24);
            first.freeze();
            List<String> frozen = database.rows(IN_FIRST_BODY, FIRST);
            assertThat(frozen).as("in a body of the frozen node").isNotEmpty().hasSizeLessThan(ids.size());
            cluster.awaitOwned(Map.of(FIRST, 0, SECOND, 256));
            Eventually.until(
                    "the other one has ended their bodies", () -> database.number(TAKEN_OVER) == frozen.size());
            assertThat(database.rows(SECOND_ATTEMPTS)).containsExactlyInAnyOrderElementsOf(frozen);
            long thawed = System.nanoTime();
            first.thaw();
            cluster.awaitOwned(Map.of(FIRST, 128, SECOND, 128));
            LOG.log(
                    Level.INFO,
                    "{0} bodies were taken over; {1} after it went on the node owned its share again",
                    frozen.size(),
                    Duration.ofNanos(System.nanoTime() - thawed));
            assertThat(List.of(first, second)).allMatch(NodeProcess::isAlive);
            requireOneLifeAfterTheOther();
            ids.forEach(id -> Eventually.until("the end of " + id, () -> ended(id)));
            invariants.requireAtRest();
            requireGoodForMore(first, ids.size());
        }
    }

    private NodeProcess launch(String node) {
        return NodeProcess.launch(database.jdbcUrl(), node, NodeProcess.HELD_FOR);
    }

    /** Waits until each workflow is in its first body. */
    private List<String> startAll(NodeProcess node, int number) {
        List<String> ids =
                IntStream.range(0, number).mapToObj(i -> "w" + i + "-").toList();
        ids.forEach(id -> node.send(probe.order("id", id)));
        Eventually.until(
                "all are in their first body",
                () -> database.number("select count(*) from probe.ledger where position = 0") == number);
        assertThat(database.number("select count(*) from probe.ledger where position > 0"))
                .as("bodies that have ended before the node was frozen")
                .isZero();
        return ids;
    }

    private void requireOneLifeAfterTheOther() {
        assertThat(cluster.fenced()).containsExactly(FIRST + " 1");
        assertThat(cluster.incarnations(FIRST)).isEqualTo(2);
        assertThat(database.rows(WRITTEN_BETWEEN))
                .as("I4: what it wrote while it was nobody")
                .isEmpty();
        assertThat(database.rows(RUN_BETWEEN))
                .as("I4: what it ran while it was nobody")
                .isEmpty();
    }

    private boolean ended(String id) {
        return database.holds(
                "select exists (select from holdfast.log l join holdfast.workflow w using (uid)"
                        + " where w.id = ? and l.event = 30)",
                id);
    }

    /** Asserts that the node accepts and runs workflows again. */
    private void requireGoodForMore(NodeProcess first, int before) {
        Probe quick = Probe.steps(1);
        for (int i = 0; i < 10; i++) {
            first.send(quick.order("id", "more" + i + "-"));
        }
        for (int i = 0; i < 10; i++) {
            String id = "more" + i + "-";
            assertThat(first.await("result " + id)).isEqualTo(quick.ending().of(id));
        }
        assertThat(database.number("select count(*) from holdfast.workflow")).isEqualTo(before + 10L);
        assertThat(database.rows("select distinct node from probe.ledger where workflow_id like 'more%'"))
                .as("who ran them")
                .contains(FIRST);
        invariants.requireAtRest();
    }
}
