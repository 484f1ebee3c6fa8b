package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Case 8: all sessions of the nodes are terminated twice a second, while the nodes work and rebalance their buckets.
 */
final class TerminatedBackendsTest {
    private static final System.Logger LOG = System.getLogger(TerminatedBackendsTest.class.getName());

    private static final String FIRST = "first";
    private static final String SECOND = "second";
    private static final Duration EVERY = Duration.ofMillis(500);
    private static final Probe RUNNING = Probe.steps(20, 25);
    private static final Probe QUICK = Probe.steps(2);

    /** Deadline for the rest of the work once the terminations stop. */
    private static final Duration STATED = Duration.ofSeconds(20);

    private static final String TERMINATE = """
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'""";
    private static final String OPEN = "select count(*) from holdfast.open_workflow";
    private static final String ATTEMPTS_OF_POSITIONS = """
            select coalesce(max(event_attempt), 0) from holdfast.log where event = 1""";

    private final Database database = Database.create();
    private final Cluster cluster = new Cluster(database);
    private final List<String> ids = new ArrayList<>();
    private long ended;

    @AfterEach
    void drop() {
        database.close();
    }

    @Test
    void sessionsThatAreEndedAllTheTimeAreSurvived() {
        requireSurvived(Duration.ofSeconds(10));
    }

    @Test
    @Tag("long")
    void sessionsThatAreEndedForAMinuteAreSurvived() {
        requireSurvived(Duration.ofMinutes(1));
    }

    private void requireSurvived(Duration time) {
        try (NodeProcess first = launch(FIRST).awaitStarted()) {
            submit(first, 30);
            try (NodeProcess second = launch(SECOND).awaitStarted()) { // it receives its share under the fault
                long until = System.nanoTime() + time.toNanos();
                while (System.nanoTime() - until < 0) {
                    long round = System.nanoTime();
                    ended += database.number(TERMINATE);
                    submit(first, 5);
                    Eventually.until("half a second is over", () -> System.nanoTime() - round > EVERY.toNanos());
                }
                requireHealed(first, second);
            }
        }
    }

    private void requireHealed(NodeProcess first, NodeProcess second) {
        assertThat(List.of(first, second)).allMatch(NodeProcess::isAlive);
        Duration took = Eventually.within(
                STATED,
                "all has ended",
                () -> ids.stream().allMatch(id -> isAnswered(first, id)) && database.number(OPEN) == 0);
        cluster.awaitOwned(Map.of(FIRST, 128, SECOND, 128));
        long errors = first.output("error").size();
        LOG.log(
                Level.INFO,
                "{0} sessions were ended under {1} workflows; none was left after {2}; {3} submitters were told to try"
                        + " again; at most {4} attempts of a step",
                ended,
                ids.size(),
                took,
                errors,
                database.one(ATTEMPTS_OF_POSITIONS));
        assertThat(ended).as("sessions that were ended").isGreaterThan(50);
        assertThat(errors).as("submitters that were told to try again").isLessThan(ids.size() / 10);
        assertThat(cluster.fenced()).as("taken for dead").isEmpty();
        new Invariants(database).requireAtRest();
        requireAllRun(second);
    }

    private static boolean isAnswered(NodeProcess node, String id) {
        return !node.output("result " + id + " ").isEmpty()
                || !node.output("error " + id + " ").isEmpty();
    }

    /** Asserts that the pools have recovered: the other node joins the workflows and reports their ends. */
    private void requireAllRun(NodeProcess node) {
        ids.forEach(id -> node.send(probe(id).order("id", id)));
        ids.forEach(id -> assertThat(node.await("result " + id + " "))
                .isEqualTo(probe(id).ending().of(id)));
    }

    private static Probe probe(String id) {
        return Integer.parseInt(id.substring(1, id.length() - 1)) % 2 == 0 ? RUNNING : QUICK;
    }

    private void submit(NodeProcess node, int number) {
        IntStream.range(0, number).forEach(i -> {
            String id = "w" + ids.size() + "-";
            ids.add(id);
            node.send(probe(id).order("id", id));
        });
    }

    private NodeProcess launch(String node) {
        return NodeProcess.launch(database.jdbcUrl(), node, NodeProcess.HELD_FOR);
    }
}
