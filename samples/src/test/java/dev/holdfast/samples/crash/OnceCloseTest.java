package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.Step;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.samples.probe.Ledger;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rolling deployment under load leaves no doubt about steps that run at most once. */
@Timeout(180)
final class OnceCloseTest {
    private static final Definition<String, String> STEPS =
            Definition.of("test.once-steps", 1, String.class, String.class);
    /** Long: a node that a busy machine makes lose its lease leaves doubts, rightly. */
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static final int WORKFLOWS = 100;
    private static final int NUMBER = 20;
    private static final int CLOSES = 4;

    private final Database database = Database.create();
    /** How often each body was called. */
    private final Map<String, Integer> calls = new ConcurrentHashMap<>();

    @AfterEach
    void drop() {
        database.close();
    }

    private final Workflow<String, String> code = (ctx, in) -> {
        for (int i = 0; i < NUMBER; i++) {
            ctx.run(
                    Step.named("step-" + i).atMostOnce(),
                    step -> calls.merge(in + " " + step.position(), 1, Integer::sum));
        }
        return "done";
    };

    private Holdfast start() {
        return PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl())
                        .nodeName("deployed")
                        .lease(LEASE))
                .register(STEPS, code)
                .start();
    }

    private long ended() {
        return database.number("select count(*) from holdfast.log where event = 30");
    }

    @Test
    void aCloseLeavesNoDoubt() throws SQLException {
        new Ledger(database.ledger()); // the invariants read its table
        List<String> ids =
                IntStream.range(0, WORKFLOWS).mapToObj(i -> "w" + i + "-").toList();
        for (int close = 1; close <= CLOSES; close++) {
            int least = close * WORKFLOWS * NUMBER / (CLOSES + 2);
            try (Holdfast node = start()) {
                ids.forEach(id -> node.submit(STEPS, id, Submission.id(id)));
                Eventually.until("some have run", () -> calls.size() >= least);
            }
        }
        try (Holdfast node = start()) {
            Eventually.until("all have ended", () -> ended() == WORKFLOWS);
            assertThat(node.admin().ready()).isTrue();
        }
        assertThat(calls).hasSize(WORKFLOWS * NUMBER);
        assertThat(calls.values()).allMatch(times -> times == 1);
        assertThat(database.rows("select cause from holdfast.dead_letter")).isEmpty();
        assertThat(database.number("select count(*) from holdfast.log where outcome_state = 5"))
                .as("attempts that were not begun")
                .isPositive();
        new Invariants(database).requireAtRest();
    }
}
