package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A node lives through the take-over of histories that are together much larger than its heap. */
@Timeout(600)
final class LargeHistoryTest {
    private static final System.Logger LOG = System.getLogger(LargeHistoryTest.class.getName());

    private static final int WRITER_MIB = 512;
    private static final String LAST_RUN = "select count(*) from holdfast.log where event = 1 and name = 'last'";
    private static final String ENDED = "select count(*) from holdfast.log where event = 30";
    private static final String LETTERS = "select cause from holdfast.dead_letter order by cause";

    private final Database database = Database.create();

    @AfterEach
    void drop() {
        database.close();
    }

    /** 360 MB of values. */
    @Test
    void aSmallNodeTakesOverThreeTimesItsHeap() {
        takeOver(20, 20, 128, Duration.ofSeconds(60));
    }

    /** 5 GB of values. */
    @Test
    @Tag("long")
    void aNodeTakesOverTenTimesItsHeap() {
        takeOver(140, 40, 512, Duration.ofMinutes(5));
    }

    private void takeOver(int workflows, int steps, int heapMib, Duration most) {
        kill(IntStream.range(0, workflows).mapToObj(i -> steps).toList(), most);
        try (NodeProcess node =
                NodeProcess.launch(database.jdbcUrl(), "node", heapMib).awaitStarted()) {
            node.send("go");
            Duration took =
                    Eventually.within(most, "all complete", () -> node.isGone() || database.number(ENDED) == workflows);
            assertThat(node.isGone()).as("the node has died").isFalse();
            LOG.log(Level.INFO, "{0} MB of values were taken over in {1}", megabytes(workflows * steps), took);
        }
        assertThat(database.rows(LETTERS)).isEmpty();
    }

    /** The process dies when all are in their last step. */
    private void kill(List<Integer> steps, Duration most) {
        try (NodeProcess node =
                NodeProcess.launch(database.jdbcUrl(), "node", WRITER_MIB).awaitStarted()) {
            for (int i = 0; i < steps.size(); i++) {
                node.send("id w" + i + " test.large " + steps.get(i));
            }
            Eventually.within(
                    most,
                    "all are in their last step",
                    () -> node.isGone() || database.number(LAST_RUN) == steps.size());
            node.kill();
        }
    }

    private static int megabytes(int values) {
        return (int) ((long) values * LargeHistory.BYTES / 1_000_000);
    }

    @Test
    void oneThatIsLargerThanTheHeapIsParkedAndTheOthersComplete() {
        kill(List.of(3, 100, 3, 0), Duration.ofSeconds(60));
        try (NodeProcess node =
                NodeProcess.launch(database.jdbcUrl(), "node", 64).awaitStarted()) {
            node.send("go");
            Eventually.until(
                    "one is parked, the others complete",
                    () -> node.isGone()
                            || (database.number(ENDED) == 3
                                    && !database.rows(LETTERS).isEmpty()));
            assertThat(node.isGone()).as("the node has died").isFalse();
        }
        assertThat(database.rows(LETTERS)).containsExactly("HISTORY_LIMIT");
    }
}
