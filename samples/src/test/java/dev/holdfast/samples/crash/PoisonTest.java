package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failure case 15: workflows that harm the process on each run. */
@Timeout(180)
class PoisonTest {
    private static final String NODE = "first";
    private static final String CAUSE = """
            select coalesce(max(d.cause), '') from holdfast.dead_letter d
            join holdfast.workflow w using (bucket, uid, era) where w.id = ?""";
    private static final int DEATHS_MOST = 20;

    private final Database database = Database.create();
    private final Invariants invariants = new Invariants(database);

    @AfterEach
    void drop() {
        database.close();
    }

    private NodeProcess launch() {
        return NodeProcess.launch(database.jdbcUrl(), NODE, NodeProcess.HELD_FOR)
                .awaitStarted();
    }

    private String cause(String id) {
        return database.one(CAUSE, id);
    }

    @Test
    void whatEndsItsProcessIsParkedAndItsNeighboursFinish() {
        Probe neighbour = Probe.steps(20, 100);
        Probe slow = Probe.steps(2, 1_000);
        List<String> ids = IntStream.range(0, 10).mapToObj(i -> "w" + i + "-").toList();
        int deaths = 0;
        NodeProcess node = launch();
        try {
            for (String id : ids) {
                node.send((id.startsWith("w1") ? slow : neighbour).order("id", id));
                node.await("accepted " + id);
            }
            node.send("id poison probe.poison {\"mode\":\"halt\"}");
            while (cause("poison").isEmpty()) {
                NodeProcess running = node;
                Eventually.until(
                        "the process ends, or parks",
                        () -> running.isGone() || !cause("poison").isEmpty());
                if (running.isGone()) {
                    assertThat(++deaths).as("processes that died").isLessThan(DEATHS_MOST);
                    node = launch();
                }
            }
            assertThat(cause("poison")).isEqualTo("POISON");
            assertThat(database.runs("poison")).as("how often its body ran").containsExactly(deaths);
            assertThat(deaths).isEqualTo(5);
            invariants.requireAtRest();
            assertThat(database.rows("select w.id from holdfast.workflow w join holdfast.ended e using (uid)"))
                    .isEmpty();
            assertThat(database.number("select count(*) from holdfast.log where event = 30"))
                    .isEqualTo(ids.size());
        } finally {
            node.close();
        }
    }

    @Test
    void aStackThatOverflowsIsAFailedAttemptAndWhatCannotBeReadIsParked() {
        try (NodeProcess node = launch()) {
            node.send("id deep probe.poison {\"mode\":\"stackoverflow\"}");
            node.send("id odd probe.poison {\"mode\":\"undecodable\"}");
            Eventually.until(
                    "both are parked",
                    () -> !cause("deep").isEmpty() && !cause("odd").isEmpty());
            assertThat(cause("deep")).isEqualTo("RETRIES_EXHAUSTED");
            assertThat(cause("odd")).isEqualTo("UNDECODABLE");
            Probe neighbour = Probe.steps(3);
            node.send(neighbour.order("id", "next"));
            assertThat(node.await("result next")).isEqualTo(neighbour.ending().of("next"));
        }
        invariants.requireAtRest();
    }
}
