package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ActionRefusedException;
import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.admin.WorkflowStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Case 12: a pause and the end of the workflow race. Each workflow has one truth, and whoever paused it is told it. */
final class PauseRaceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STEPS = 5;
    /** About as long as the steps take while so many race. */
    private static final int EARLY_MILLIS = 300;

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
                PauseRaceTest::raceOnce,
                told -> {
                    long paused = Races.count(told, "ok paused");
                    System.out.println("races: " + races + ", paused: " + paused + ", too late: " + (races - paused));
                    assertThat(paused).as("both happen").isBetween(1L, races - 1L);
                },
                database -> {});
    }

    private static String raceOnce(Holdfast node, String id) {
        byte[] input = ("{\"steps\":" + STEPS + "}").getBytes(StandardCharsets.UTF_8);
        var handle = node.submitJson("probe.steps", input, Submission.id(id));
        int early = ThreadLocalRandom.current().nextInt(EARLY_MILLIS);
        boolean unused = Eventually.happens(Duration.ofMillis(early), () -> false);
        ActionOptions why = ActionOptions.because("a race");
        Optional<WorkflowStatus> paused;
        try {
            paused = node.admin().pause(id, why, PATIENCE);
        } catch (ActionRefusedException e) {
            return hasPause(node, id) ? "paused, though refused" : "ok late";
        }
        if (!paused.equals(Optional.of(WorkflowStatus.PAUSED))
                || node.admin().find(id).status() != WorkflowStatus.PAUSED) {
            return "told " + paused + ", but is " + node.admin().find(id).status();
        }
        node.admin().resume(id, why, PATIENCE);
        handle.result(PATIENCE);
        return hasPause(node, id) ? "ok paused" : "not in its history";
    }

    private static boolean hasPause(Holdfast node, String id) {
        return node.admin().history(id, PageRequest.first(100)).items().stream()
                .map(HistoryItem::name)
                .anyMatch("pause"::equals);
    }
}
