package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A node is killed while a step waits for its next attempt: G7. All times are those of the database. */
final class BackOffCrashTest {
    private static final String INPUT = "{\"failures\":1,\"permanent\":false,\"maxAttempts\":5,\"backoffMillis\":3000}";

    private static final String FAILURE = "from holdfast.log f where f.outcome_state = 3";
    private static final String DUE = "f.at + f.retry_millis * interval '1 millisecond'";
    private static final String SECOND = "from probe.ledger p where p.attempt = 2";

    @Test
    void theNextAttemptComesAtItsStoredTime() {
        try (Database database = Database.create()) {
            try (NodeProcess node = NodeProcess.launch(database.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR)) {
                node.awaitStarted().send("id flaky probe.flaky " + INPUT);
                Eventually.until(
                        "a third of the back-off is over",
                        () -> database.holds("select exists (select " + FAILURE
                                + " and clock_timestamp() > f.at + f.retry_millis / 3 * interval '1 millisecond')"));
                node.kill();
            }
            try (NodeProcess node = NodeProcess.launch(database.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR)) {
                node.awaitStarted();
                String started = database.one("select clock_timestamp()::text");
                node.send("id flaky probe.flaky " + INPUT);
                assertThat(node.await("result flaky ")).isEqualTo("result flaky {\"attempts\":2}");
                assertThat(database.holds("select (select min(p.at) " + SECOND + ") >= " + DUE + " " + FAILURE))
                        .as("the back-off is not skipped")
                        .isTrue();
                assertThat(database.holds(
                                "select (select min(p.at) " + SECOND + ") < greatest(" + DUE
                                        + ", ?::timestamptz) + interval '700 milliseconds' " + FAILURE,
                                started))
                        .as("the back-off does not begin again")
                        .isTrue();
            }
            assertThat(database.rows("select attempt from probe.ledger order by id"))
                    .as("attempt numbers go on")
                    .isEqualTo(List.of("1", "2"));
            new Invariants(database).requireAtRest();
        }
    }
}
