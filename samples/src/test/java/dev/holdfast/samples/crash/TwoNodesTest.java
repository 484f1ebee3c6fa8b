package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.samples.SamplePack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failure cases 3, 11, 20, 30 and 38 on two nodes. */
@Timeout(120)
class TwoNodesTest {
    private static final String FIRST = "first";
    private static final String SECOND = "second";
    private static final String BEATS = """
            select max(h.counter) from holdfast.heartbeat h join holdfast.incarnation i on i.id = h.incarnation
            join holdfast.node n using (number) where n.name = ?""";
    /** The heartbeat interval is 0.4 s; the inbox is polled every second. */
    private static final int BEATS_IN_A_LOOK = 12;

    private static final ActionOptions WHY =
            ActionOptions.because("the customer left").by("ann");
    private static final Duration WAIT = Duration.ofSeconds(20);
    /** Never reached: a wait for it fails the test. */
    private static final Duration LONG_LEASE = Duration.ofMinutes(5);

    private final Database database = Database.create();
    private final Cluster cluster = new Cluster(database);
    private final Invariants invariants = new Invariants(database);

    @AfterEach
    void drop() {
        database.close();
    }

    private NodeProcess launch(String node, Duration lease) {
        return NodeProcess.launch(database.jdbcUrl(), node, NodeProcess.HELD_FOR, lease)
                .awaitStarted();
    }

    /** A node in this process, called through its Java API. It holds no body. */
    private Holdfast join(int poolMax) {
        PostgresConfig plain =
                PostgresConfig.of(database.jdbcUrl()).nodeName(SECOND).lease(NodeProcess.LEASE);
        Holdfast.Builder builder = PostgresHoldfast.on(NodeMain.with(plain, poolMax, plain.heldFor()));
        SamplePack.register(builder, database.ledger(), false);
        return builder.register(HeldSaga.DEFINITION, new HeldSaga(database.ledger(), new CountDownLatch(0)))
                .start();
    }

    @Test
    void fiftyClientsWithOneKeyGetOneWorkflowOnWhicheverNode() {
        try (NodeProcess first = launch(FIRST, NodeProcess.LEASE);
                NodeProcess second = launch(SECOND, NodeProcess.LEASE)) {
            cluster.awaitOwned(Map.of(FIRST, 128, SECOND, 128));
            Probe probe = Probe.steps(3);
            for (int i = 0; i < 50; i++) {
                (i % 2 == 0 ? first : second).send(probe.order("key", "k1"));
            }
            for (NodeProcess node : List.of(first, second)) {
                Eventually.until("all get it", () -> node.output("result ").size() == 25);
            }
            assertThat(database.number("select count(*) from holdfast.workflow"))
                    .isEqualTo(1);
            second.send("key k1 probe.steps {\"steps\":4}");
            assertThat(second.await("error ")).contains("SubmissionConflict");
            assertThat(database.number("select count(*) from holdfast.workflow"))
                    .isEqualTo(1);
        }
        invariants.requireAtRest();
    }

    @Test
    void anIdThatIsSubmittedAgainAfterItsEndIsJoinedOnTheOtherNode() {
        Probe probe = Probe.steps(3);
        try (NodeProcess first = launch(FIRST, NodeProcess.LEASE);
                NodeProcess second = launch(SECOND, NodeProcess.LEASE)) {
            cluster.awaitOwned(Map.of(FIRST, 128, SECOND, 128));
            for (String id : List.of("a", "b", "c", "d")) {
                first.send(probe.order("id", id));
                assertThat(first.await("result " + id)).isEqualTo(probe.ending().of(id));
                second.send(probe.order("id", id));
                assertThat(second.await("result " + id))
                        .isEqualTo(probe.ending().of(id));
                assertThat(database.runs(id)).containsExactly(1, 1, 1);
            }
        }
        invariants.requireAtRest();
    }

    @Test
    void aCancelByTheOtherNodeIsSeenAfterTheRunningStep() {
        try (NodeProcess first = launch(FIRST, NodeProcess.LEASE)) {
            submitHeld(first);
            try (Holdfast second = join(2)) {
                assertThat(second.admin().cancel("w1", WHY, Duration.ZERO)).isEmpty();
                long beats = database.number(BEATS, FIRST);
                Eventually.until(
                        "the owner has looked into its inbox",
                        () -> database.number(BEATS, FIRST) > beats + BEATS_IN_A_LOOK);
                first.send("go");
                Eventually.until("it is cancelled", () -> isCancelled(second));
            }
            assertThat(ran()).containsExactly("first", "second", "undo-second", "undo-first");
        }
        invariants.requireAtRest();
    }

    @Test
    void aCancelWhileTheOwnerIsDeadIsSeenAfterTheTakeOver() {
        try (NodeProcess first = launch(FIRST, NodeProcess.LEASE)) {
            submitHeld(first);
            try (Holdfast second = join(2)) {
                first.kill();
                Optional<WorkflowStatus> decided = second.admin().cancel("w1", WHY, WAIT);
                assertThat(decided).contains(WorkflowStatus.COMPENSATING);
                Eventually.until("it is cancelled", () -> isCancelled(second));
            }
            assertThat(ran())
                    .as("the body that was cut off runs again, so that its effect can be undone")
                    .containsExactly("first", "second", "second", "undo-second", "undo-first");
        }
        invariants.requireAtRest();
    }

    private void submitHeld(NodeProcess node) {
        node.send("id w1 test.saga 1");
        Eventually.until("it is in its second body", () -> ran().contains("second"));
    }

    private static boolean isCancelled(Holdfast node) {
        return node.admin().find("w1").status() == WorkflowStatus.CANCELLED;
    }

    private List<String> ran() {
        return database.rows("select step from probe.ledger order by id");
    }

    @Test
    void aNodeThatClosesHandsOverAndNothingWaitsForItsLease() {
        Probe probe = Probe.steps(30, 50);
        List<String> ids = IntStream.range(0, 60).mapToObj(i -> "w" + i + "-").toList();
        try (NodeProcess second = launch(SECOND, LONG_LEASE)) {
            try (NodeProcess first = launch(FIRST, LONG_LEASE)) {
                cluster.awaitOwned(Map.of(FIRST, 128, SECOND, 128));
                ids.forEach(id -> first.send(probe.order("id", id)));
                ids.forEach(id -> first.await("accepted " + id));
            }
            cluster.awaitOwned(Map.of(SECOND, 256));
            invariants.requireAtRest();
            assertThat(database.rows("select workflow_id from probe.ledger group by workflow_id, position"
                            + " having count(*) > 1"))
                    .as("what ran twice though nobody died")
                    .isEmpty();
            assertThat(database.number("select count(*) from holdfast.log where event = 30"))
                    .isEqualTo(ids.size());
            assertThat(second.isGone()).isFalse();
        }
    }

    private static void run(Holdfast node, Probe probe, String id) {
        byte[] input = probe.input().getBytes(StandardCharsets.UTF_8);
        byte[] result = node.submitJson(probe.type(), input, Submission.id(id)).result(WAIT);
        assertThat("result " + id + " " + new String(result, StandardCharsets.UTF_8))
                .isEqualTo(probe.ending().of(id));
    }

    @Test
    void aPoolOfTwoServesTwoHundredWorkflows() {
        Probe probe = Probe.steps(5, 20);
        try (NodeProcess first = launch(FIRST, NodeProcess.LEASE);
                Holdfast second = join(2)) {
            List<String> ids =
                    IntStream.range(0, 200).mapToObj(i -> "w" + i + "-").toList();
            List<Thread> callers = ids.stream()
                    .map(id -> Thread.ofVirtual().start(() -> run(second, probe, id)))
                    .toList();
            for (Thread caller : callers) {
                Eventually.until("the caller has its result", () -> !caller.isAlive());
            }
            assertThat(database.number("select count(*) from holdfast.log where event = 30"))
                    .isEqualTo(200);
            assertThat(cluster.fenced()).isEmpty();
            assertThat(first.isGone()).isFalse();
        }
        invariants.requireAtRest();
    }
}
