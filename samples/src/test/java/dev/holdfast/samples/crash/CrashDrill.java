package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.samples.crash.CrashPoint.Side;
import dev.holdfast.samples.crash.CrashPoint.Write;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Kills the process of a node at each writing request of a workflow in turn, and lets the next node of the same name,
 * in the process of the test, complete the workflow. Uses one database, with a new id for each run.
 */
final class CrashDrill {
    static final String NODE = "crash";

    /** Long enough to detect a node that does not wait for the response. */
    private static final Duration A_MOMENT = Duration.ofMillis(30);

    static final Duration ACCEPT_WAIT = Duration.ofSeconds(5);

    private static final String RECORDED = """
            select distinct i.idempotency_key from holdfast.log o join holdfast.log i
                on i.uid = o.uid and i.event = 1 and i.event_position = o.outcome_position
            where o.outcome_state in (1, 2)""";

    private final Database database;
    private final Invariants invariants;

    CrashDrill(Database database) {
        this.database = database;
        this.invariants = new Invariants(database);
    }

    /** Runs without a fault, which must write this; then once for each side of each of these writes. */
    Stream<DynamicTest> everyBoundary(Probe probe, List<Write> writes) {
        Stream<DynamicTest> faultless =
                Stream.of(DynamicTest.dynamicTest("without a fault", () -> withoutFault(probe, writes)));
        Stream<DynamicTest> faulty = IntStream.rangeClosed(1, writes.size())
                .boxed()
                .flatMap(number -> Stream.of(Side.values()).map(side -> killed(probe, writes, number, side)));
        return Stream.concat(faultless, faulty);
    }

    private DynamicTest killed(Probe probe, List<Write> writes, int number, Side side) {
        String name = "killed %s write %d of %d, %s".formatted(side, number, writes.size(), writes.get(number - 1));
        return DynamicTest.dynamicTest(name, () -> {
            String id = "%s-%d-%s-%d".formatted(probe.type(), probe.steps(), side, number);
            try {
                killAt(number, side, probe.order("id", id), writes);
                restart(probe, id);
            } catch (AssertionError e) {
                throw new AssertionError(
                        name + ": " + e.getMessage(), e); // Surefire shows the number of a dynamic test only
            }
        });
    }

    private void withoutFault(Probe probe, List<Write> writes) throws IOException {
        String id = probe.type() + "-" + probe.steps();
        try (PgProxy proxy = new PgProxy(database.jdbcUrl());
                NodeProcess node = NodeProcess.launch(proxy.jdbcUrl(), NODE, NodeProcess.HELD_LONG)) {
            CrashPoint point = CrashPoint.none(proxy);
            node.awaitStarted().send(probe.order("id", id));
            String ending = probe.ending().of(id);
            String beginning = ending.substring(0, ending.indexOf(id) + id.length() + 1);
            assertThat(node.await(beginning)).startsWith(ending);
            assertThat(point.writes()).isEqualTo(writes);
        }
    }

    private void killAt(int number, Side side, String order, List<Write> writes) throws IOException {
        try (PgProxy proxy = new PgProxy(database.jdbcUrl());
                NodeProcess node = NodeProcess.launch(proxy.jdbcUrl(), NODE, NodeProcess.HELD_LONG)) {
            CrashPoint point = CrashPoint.at(proxy, number, side);
            node.awaitStarted().send(order);
            point.await(database);
            Eventually.happens(A_MOMENT, () -> point.writes().size() > number);
            assertThat(point.writes()).as("nothing is sent before the answer").isEqualTo(writes.subList(0, number));
            node.kill();
            CrashPoint.clear(proxy);
        }
    }

    private void restart(Probe probe, String id) {
        invariants.requireAlways();
        List<String> recorded = database.rows(RECORDED);
        long ledgered = database.number("select coalesce(max(id), 0) from probe.ledger");
        List<String> output = new ArrayList<>();
        try (Holdfast engine = LocalNode.start(database, NODE, database.jdbcUrl(), ACCEPT_WAIT)) {
            new Orders(engine, output::add).submit(probe.order("id", id));
            invariants.requireAtRest();
        }
        assertThat(output.getLast()).startsWith(probe.ending().of(id));
        assertThat(database.rows("select idempotency_key from probe.ledger where id > ?", ledgered))
                .as("what ran after the restart has no outcome from before it")
                .doesNotContainAnyElementsOf(recorded);
        assertThat(database.runs(id))
                .as("how often each step ran")
                .hasSize(probe.steps())
                .allMatch(times -> times >= probe.runsLeast() && times <= probe.runsMost());
    }
}
