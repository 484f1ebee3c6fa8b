package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.Holdfast;
import dev.holdfast.StoreUnavailableException;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowHandle;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.samples.probe.StepsProbe;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Case 5: one node loses its connection to the database, another does not. */
final class OutageTest {
    private static final System.Logger LOG = System.getLogger(OutageTest.class.getName());

    private static final String LOCAL = "local";
    private static final String OTHER = "other";
    private static final int STEPS = 30;
    private static final int MILLIS = 100;
    private static final int WORKFLOWS = 40;
    private static final Duration ACCEPT_WAIT = Duration.ofSeconds(5);

    private static final String NOW = "select clock_timestamp()::text";
    private static final String RUN_WITHOUT_LEASE = """
            select workflow_id || ' position ' || position || ' at ' || at from probe.ledger
            where node = 'local' and at > ?::timestamptz + interval '2 seconds' and at < ?::timestamptz""";
    private static final String ENDED = "select count(*) from holdfast.log where event = 30";

    private final Database database = Database.create();
    private final Cluster cluster = new Cluster(database);
    private final PgProxy proxy = new PgProxy(database.jdbcUrl());

    @AfterEach
    void close() throws IOException {
        proxy.close();
        database.close();
    }

    @Test
    void aNodeThatLosesItsWayToTheDatabaseIsReplacedAndJoinsAgain() {
        try (Holdfast local = LocalNode.start(database, proxy.jdbcUrl(), ACCEPT_WAIT);
                NodeProcess other = NodeProcess.launch(database.jdbcUrl(), OTHER, NodeProcess.HELD_FOR)) {
            other.awaitStarted();
            cluster.awaitOwned(Map.of(LOCAL, 128, OTHER, 128));
            List<WorkflowHandle<StepsProbe.Done>> running = IntStream.range(0, WORKFLOWS)
                    .mapToObj(number -> submit(local, STEPS))
                    .toList();
            Eventually.until(
                    "all run",
                    () -> database.number("select count(distinct workflow_id) from probe.ledger") == WORKFLOWS);
            String cut = database.one(NOW);
            proxy.refuse(true);
            Duration unready = Eventually.within(
                    NodeProcess.LEASE.plusSeconds(1),
                    "the node turns unready",
                    () -> !local.admin().ready());
            assertThatThrownBy(() -> submit(local, 1)).isInstanceOf(StoreUnavailableException.class);
            cluster.awaitOwned(Map.of(LOCAL, 0, OTHER, 256));
            Eventually.until("the other one ends all", () -> database.number(ENDED) == WORKFLOWS);
            assertThat(local.admin().ready())
                    .as("ready without a way to the database")
                    .isFalse();
            proxy.refuse(false);
            String back = database.one(NOW);
            Duration ready = Eventually.within(
                    Duration.ofSeconds(5),
                    "the node is ready again",
                    () -> local.admin().ready());
            cluster.awaitOwned(Map.of(LOCAL, 128, OTHER, 128));
            LOG.log(Level.INFO, "unready {0} after it was cut off, ready {1} after the way was back", unready, ready);
            assertThat(database.rows(RUN_WITHOUT_LEASE, cut, back))
                    .as("bodies that began without a lease")
                    .isEmpty();
            assertThat(cluster.fenced()).containsExactly(LOCAL + " 1");
            running.forEach(workflow -> requireResult(workflow, STEPS));
            requireResult(submit(local, 2), 2);
            new Invariants(database).requireAtRest();
        }
    }

    private static WorkflowHandle<StepsProbe.Done> submit(Holdfast engine, int steps) {
        return engine.submit(StepsProbe.DEFINITION, new StepsProbe.Plan(steps, 100, MILLIS, true), Submission.plain());
    }

    /** A submitter at the former owner still gets the result. */
    private static void requireResult(WorkflowHandle<StepsProbe.Done> workflow, int steps) {
        StepsProbe.Done done = workflow.result(Duration.ofSeconds(10));
        assertThat("{\"steps\":%d,\"digest\":\"%s\"}".formatted(done.steps(), done.digest()))
                .isEqualTo(Probe.stepsResult(workflow.id(), steps));
    }
}
