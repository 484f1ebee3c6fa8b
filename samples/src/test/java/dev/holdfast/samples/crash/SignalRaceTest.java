package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.WorkflowEndedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Case 12: a signal and the end of its wait race. Each workflow has one truth, and its signaller is told it. */
final class SignalRaceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TIMEOUT_MILLIS = 300;

    @Test
    void oneTruthInManyRaces() throws InterruptedException {
        race(300);
    }

    @Test
    @Tag("long")
    void oneTruthInTenThousandRaces() throws InterruptedException {
        race(10_000);
    }

    private static void race(int races) throws InterruptedException {
        Races.run(
                races,
                SignalRaceTest::raceOnce,
                told -> System.out.println(
                        "races: " + races + ", taken: " + Races.count(told, "ok taken") + ", too late: "
                                + Races.count(told, "ok late") + ", refused: " + Races.count(told, "ok refused")),
                SignalRaceTest::requireTheClockDecided);
    }

    /** A signal that had arrived when the wait was decided won if it was sent in time, and only then. */
    private static void requireTheClockDecided(Database database) {
        List<String> wrong = database.rows("""
                select r.uid::text from holdfast.log r
                join holdfast.log t on t.uid = r.uid and t.event = 2
                join holdfast.log decided on decided.uid = r.uid and decided.event in (4, 5)
                where r.event = 3 and r.seq < decided.seq
                    and (r.sent_at <= t.at + convert_from(t.detail, 'UTF8')::interval) <> (decided.event = 4)""");
        assertThat(wrong).isEmpty();
    }

    private static String raceOnce(Holdfast node, String id) {
        byte[] input = ("{\"timeoutMillis\":" + TIMEOUT_MILLIS + "}").getBytes(StandardCharsets.UTF_8);
        var handle = node.submitJson("probe.wait", input, Submission.id(id));
        int early = ThreadLocalRandom.current().nextInt(TIMEOUT_MILLIS / 2, TIMEOUT_MILLIS * 3 / 2);
        boolean unused = Eventually.happens(Duration.ofMillis(early), () -> false);
        boolean refused = false;
        try {
            node.signalJson(id, "go", "1".getBytes(StandardCharsets.UTF_8), "key");
        } catch (WorkflowEndedException e) {
            refused = true;
        }
        String result = new String(handle.result(PATIENCE), StandardCharsets.UTF_8);
        if (result.equals("{\"payload\":1}")) {
            return refused ? "taken, though refused" : "ok taken";
        }
        return result.equals("{\"timedOut\":true}") ? refused ? "ok refused" : "ok late" : result;
    }
}
