package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who counts as silent, by looks at made-up times of one monotonic clock: the first one is at 0 s. */
class FailureDetectorTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final String SERVER = "started on Monday";
    private static final UUID OTHER = new UUID(0, 1);
    private static final UUID THIRD = new UUID(0, 2);

    /** Far from zero, and overflowing on the way, as the zero of the clock is anywhere. */
    private static final long ZERO = Long.MAX_VALUE - Duration.ofSeconds(7).toNanos();

    private final FailureDetector detector = new FailureDetector(LEASE);

    @Test
    void silentIsWhoHasNotMovedForAFullLeaseAndNotBefore() {
        lookEverySecondUntil(9, 5);
        lookAt(9.999, 5);
        assertThat(detector.isSilent(OTHER)).isFalse();
        lookAt(10, 5);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    @Test
    void nobodyIsSilentAtTheFirstLook() {
        lookAt(0, 5);
        assertThat(detector.isSilent(OTHER)).isFalse();
        assertThat(detector.isSilent(THIRD)).as("never seen").isFalse();
    }

    /** What an answer shows was so when it was asked for, or later: only the time in between is certain. */
    @Test
    void theTimeThatAnAnswerTakesDoesNotCountAsSilence() {
        look(SERVER, Map.of(OTHER, 5L), 0, 3);
        lookAt(5, 5);
        lookAt(9, 5);
        look(SERVER, Map.of(OTHER, 5L), 12.9, 13.9);
        assertThat(detector.isSilent(OTHER)).as("seen from 3 s to 12.9 s").isFalse();
        look(SERVER, Map.of(OTHER, 5L), 13, 14.5);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    @Test
    void aCounterThatMovesStartsOver() {
        lookEverySecondUntil(9, 5);
        lookAt(10, 6);
        assertThat(detector.isSilent(OTHER)).isFalse();
        for (int second = 11; second <= 19; second++) {
            lookAt(second, 6);
            assertThat(detector.isSilent(OTHER)).isFalse();
        }
        lookAt(20, 6);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    /** A counter only grows, but whoever reads a smaller one has not seen it rest. */
    @Test
    void aCounterThatFallsStartsOverToo() {
        lookEverySecondUntil(9, 5);
        lookAt(10, 4);
        assertThat(detector.isSilent(OTHER)).isFalse();
    }

    @Test
    void aGapOfOverHalfALeaseStartsOver() {
        lookEverySecondUntil(6, 5);
        lookAt(11.001, 5);
        assertThat(detector.isSilent(OTHER)).as("nobody looked for 5.001 s").isFalse();
        lookAt(16, 5);
        lookAt(21, 5);
        assertThat(detector.isSilent(OTHER)).as("9.999 s since then").isFalse();
        lookAt(21.001, 5);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    @Test
    void aGapOfHalfALeaseDoesNotStartOver() {
        lookAt(0, 5);
        lookAt(5, 5);
        lookAt(10, 5);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    /** The outage is in the answer: it was asked for in time, and came late. */
    @Test
    void anAnswerThatTookHalfALeaseIsAGap() {
        lookEverySecondUntil(6, 5);
        look(SERVER, Map.of(OTHER, 5L), 10, 11.5);
        assertThat(detector.isSilent(OTHER)).isFalse();
    }

    @Test
    void anotherStartOfTheServerStartsOver() {
        lookEverySecondUntil(9, 5);
        look("started on Tuesday", Map.of(OTHER, 5L), 10, 10);
        assertThat(detector.isSilent(OTHER)).isFalse();
        look("started on Tuesday", Map.of(OTHER, 5L), 15, 15);
        look("started on Tuesday", Map.of(OTHER, 5L), 20, 20);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    @Test
    void whoWasNotThereForALookStartsOver() {
        lookEverySecondUntil(6, 5);
        look(SERVER, Map.of(), 7, 7);
        lookAt(8, 5);
        lookAt(11, 5);
        assertThat(detector.isSilent(OTHER)).isFalse();
    }

    @Test
    void eachIsCountedByItself() {
        for (int second = 0; second <= 10; second++) {
            look(SERVER, Map.of(OTHER, 5L, THIRD, 100L + second), second, second);
        }
        assertThat(detector.isSilent(OTHER)).isTrue();
        assertThat(detector.isSilent(THIRD)).isFalse();
    }

    @Test
    void aliveIsWhoHasMovedBetweenTwoLooksWithoutAGap() {
        lookAt(0, 5);
        assertThat(detector.isAlive(OTHER)).isFalse();
        lookAt(1, 5);
        assertThat(detector.isAlive(OTHER)).isFalse();
        lookAt(2, 6);
        assertThat(detector.isAlive(OTHER)).isTrue();
        lookAt(8, 7);
        assertThat(detector.isAlive(OTHER)).as("it started over").isFalse();
    }

    @Test
    void untilSilenceIsTheTimeThatIsLeftToTheMostSilentOne() {
        assertThat(detector.untilSilence()).as("nobody is watched").isEqualTo(LEASE);
        lookAt(0, 5);
        assertThat(detector.untilSilence()).isEqualTo(LEASE);
        look(SERVER, Map.of(OTHER, 5L, THIRD, 1L), 4, 4);
        assertThat(detector.untilSilence()).isEqualTo(Duration.ofSeconds(6));
        look(SERVER, Map.of(OTHER, 6L, THIRD, 1L), 5, 5);
        assertThat(detector.untilSilence()).isEqualTo(Duration.ofSeconds(9));
    }

    /** Else the looks would follow each other without a pause for as long as it cannot be declared. */
    @Test
    void whoIsSilentAlreadyNeedsNoLookOfItsOwn() {
        lookEverySecondUntil(10, 5);
        assertThat(detector.isSilent(OTHER)).isTrue();
        assertThat(detector.untilSilence()).isEqualTo(LEASE);
    }

    private void lookEverySecondUntil(int last, long counter) {
        for (int second = 0; second <= last; second++) {
            lookAt(second, counter);
        }
    }

    private void lookAt(double seconds, long counter) {
        look(SERVER, Map.of(OTHER, counter), seconds, seconds);
    }

    private void look(String server, Map<UUID, Long> counters, double askedSeconds, double answeredSeconds) {
        detector.observe(server, counters, nanos(askedSeconds), nanos(answeredSeconds));
    }

    private static long nanos(double seconds) {
        return ZERO + Math.round(seconds * 1_000) * 1_000_000;
    }
}
