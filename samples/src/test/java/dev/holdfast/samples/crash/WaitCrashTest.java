package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.Signal;
import dev.holdfast.TypeToken;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A node is killed while workflows wait for a time or for a signal. All times are those of the database. */
final class WaitCrashTest {
    private static final Signal<Map<String, Object>> GO = new Signal<>("go", new TypeToken<>() {});
    private static final String TIMER = "from holdfast.log t where t.event = 2";
    private static final String DUE = "t.at + convert_from(t.detail, 'UTF8')::interval";
    private static final String AFTER = "(select min(p.at) from probe.ledger p where p.step = 'after')";

    private static NodeProcess launch(Database database) {
        return NodeProcess.launch(database.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR);
    }

    private static Holdfast gateway(Database database) {
        return PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl()).nodeName("gateway"))
                .start();
    }

    private static void awaitWaiting(Database database) {
        Eventually.until(
                "it is unloaded",
                () -> database.holds("select exists (select from holdfast.open_workflow where status = 'WAITING')"));
    }

    @Test
    void aSleepEndsAtItsTimeWhateverHappensToItsNode() {
        String order = "id sleeper probe.sleep {\"millis\":3000}";
        try (Database database = Database.create()) {
            try (NodeProcess node = launch(database)) {
                node.awaitStarted().send(order);
                awaitWaiting(database);
                node.kill();
            }
            try (NodeProcess node = launch(database)) {
                node.awaitStarted();
                String started = database.one("select clock_timestamp()::text");
                node.send(order);
                assertThat(node.await("result sleeper ")).contains("sleptMillis");
                assertThat(database.holds("select " + AFTER + " >= " + DUE + " " + TIMER))
                        .as("it does not end early")
                        .isTrue();
                assertThat(database.holds(
                                "select " + AFTER + " < greatest(" + DUE
                                        + ", ?::timestamptz) + interval '700 milliseconds' " + TIMER,
                                started))
                        .as("it does not begin again")
                        .isTrue();
            }
            assertThat(database.rows("select step from probe.ledger order by id"))
                    .containsExactly("before", "after");
            new Invariants(database).requireAtRest();
        }
    }

    @Test
    void aSignalThatIsSentWhileNoNodeRunsIsTakenByTheNext() {
        String order = "id waits probe.wait {\"signal\":\"go\",\"timeoutMillis\":600000}";
        try (Database database = Database.create()) {
            try (NodeProcess node = launch(database)) {
                node.awaitStarted().send(order);
                awaitWaiting(database);
                node.kill();
            }
            try (Holdfast gateway = gateway(database)) {
                String signal = gateway.signal("waits", GO, Map.of("n", 1), "key");
                assertThat(gateway.signal("waits", GO, Map.of("n", 1), "key")).isEqualTo(signal);
            }
            try (NodeProcess node = launch(database)) {
                node.awaitStarted().send(order);
                assertThat(node.await("result waits ")).isEqualTo("result waits {\"payload\":{\"n\":1}}");
            }
            assertThat(database.number("select count(*) from holdfast.inbox")).isZero();
            new Invariants(database).requireAtRest();
        }
    }
}
