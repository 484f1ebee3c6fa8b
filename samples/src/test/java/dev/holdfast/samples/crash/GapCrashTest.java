package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.wire.PgProxy;
import dev.holdfast.samples.crash.CrashPoint.Side;
import dev.holdfast.samples.crash.CrashPoint.Write;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Case 43 with a crash: an outcome is flushed alone, because the code pauses before the next step; that flush is in
 * flight when the next intent is submitted; the node is killed before or after the server has committed it.
 */
final class GapCrashTest {
    private static final int LONE_OUTCOME = 4;

    private static final String SEEN_BUT_NOT_RECORDED = """
            select s.value from probe.seen s where not exists (
                select from holdfast.log i join holdfast.log o on o.uid = i.uid
                where i.event = 1 and i.idempotency_key::text = s.idempotency_key
                    and o.outcome_position = 0 and o.outcome_state = 1
                    and convert_from(o.outcome, 'UTF8') = '"' || s.value || '"')""";

    @ParameterizedTest
    @EnumSource
    void noBodyRunsOnAValueThatIsNotRecorded(Side side) throws IOException {
        try (Database database = Database.create()) {
            killedInTheGap(database, side);
            Invariants invariants = new Invariants(database);
            invariants.requireAlways();
            assertThat(database.rows(SEEN_BUT_NOT_RECORDED)).isEmpty();
            try (NodeProcess node = NodeProcess.launch(database.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR)) {
                node.awaitStarted().send("go");
                node.send("id gap test.gap 1");
                node.await("result gap ");
            }
            invariants.requireAtRest();
            assertThat(database.rows(SEEN_BUT_NOT_RECORDED)).isEmpty();
            assertThat(database.runs("gap"))
                    .as("the first body runs again only if its outcome was lost")
                    .containsExactly(side == Side.BEFORE ? 2 : 1, 1);
        }
    }

    private static void killedInTheGap(Database database, Side side) throws IOException {
        try (PgProxy proxy = new PgProxy(database.jdbcUrl());
                NodeProcess node = NodeProcess.launch(proxy.jdbcUrl(), CrashDrill.NODE, NodeProcess.HELD_FOR)) {
            CrashPoint point = CrashPoint.at(proxy, LONE_OUTCOME, side);
            node.awaitStarted().send("id gap test.gap 1");
            point.await(database);
            node.send("go");
            node.await("gone on");
            Eventually.happens(Duration.ofMillis(100), () -> point.writes().size() > LONE_OUTCOME);
            assertThat(point.writes())
                    .as("the next intent waits for the outcome before it")
                    .isEqualTo(List.of(Write.SUBMISSION, Write.FLUSH, Write.LEDGER, Write.FLUSH));
            node.kill();
            CrashPoint.clear(proxy);
        }
    }
}
