package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which incarnations are silent, by observations at given times of one monotonic clock; the first is at 0 s. */
class FailureDetectorTest {
    private static final Duration LEASE = Duration.ofSeconds(10);
    private static final String SERVER = "started on Monday";
    private static final UUID OTHER = new UUID(0, 1);
    private static final UUID THIRD = new UUID(0, 2);

    /** Far from zero, and overflowing on the way, as the zero of the clock is anywhere. */
    private static final long ZERO = Long.MAX_VALUE - Duration.ofSeconds(7).toNanos();

    private final FailureDetector detector = new FailureDetector(LEASE);

    @Test
    void anIncarnationIsSilentAfterAFullLeaseAndNotBefore() {
        observeEverySecondUntil(9, 5);
        observeAt(9.999, 5);
        assertThat(detector.isSilent(OTHER)).isFalse();
        observeAt(10, 5);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    @Test
    void noIncarnationIsSilentAtTheFirstObservation() {
        observeAt(0, 5);
        assertThat(detector.isSilent(OTHER)).isFalse();
        assertThat(detector.isSilent(THIRD)).as("never seen").isFalse();
    }

    /** An answer shows the state of some moment after the query was sent: only the time in between is certain. */
    @Test
    void theTimeOfAnAnswerDoesNotCountAsSilence() {
        observe(SERVER, Map.of(OTHER, 5L), 0, 3);
        observeAt(5, 5);
        observeAt(9, 5);
        observe(SERVER, Map.of(OTHER, 5L), 12.9, 13.9);
        assertThat(detector.isSilent(OTHER)).as("seen from 3 s to 12.9 s").isFalse();
        observe(SERVER, Map.of(OTHER, 5L), 13, 14.5);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    @Test
    void aCounterThatMovesStartsOver() {
        observeEverySecondUntil(9, 5);
        observeAt(10, 6);
        assertThat(detector.isSilent(OTHER)).isFalse();
        for (int second = 11; second <= 19; second++) {
            observeAt(second, 6);
            assertThat(detector.isSilent(OTHER)).isFalse();
        }
        observeAt(20, 6);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    /** A counter only grows, but a smaller one shows that it was not at rest. */
    @Test
    void aCounterThatFallsStartsOverToo() {
        observeEverySecondUntil(9, 5);
        observeAt(10, 4);
        assertThat(detector.isSilent(OTHER)).isFalse();
    }

    @Test
    void aGapOfOverHalfALeaseStartsOver() {
        observeEverySecondUntil(6, 5);
        observeAt(11.001, 5);
        assertThat(detector.isSilent(OTHER)).as("no observation for 5.001 s").isFalse();
        observeAt(16, 5);
        observeAt(21, 5);
        assertThat(detector.isSilent(OTHER)).as("9.999 s since then").isFalse();
        observeAt(21.001, 5);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    @Test
    void aGapOfHalfALeaseDoesNotStartOver() {
        observeAt(0, 5);
        observeAt(5, 5);
        observeAt(10, 5);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    /** The query was sent in time, and its answer came late. */
    @Test
    void anAnswerThatTookHalfALeaseIsAGap() {
        observeEverySecondUntil(6, 5);
        observe(SERVER, Map.of(OTHER, 5L), 10, 11.5);
        assertThat(detector.isSilent(OTHER)).isFalse();
    }

    @Test
    void anotherStartOfTheServerStartsOver() {
        observeEverySecondUntil(9, 5);
        observe("started on Tuesday", Map.of(OTHER, 5L), 10, 10);
        assertThat(detector.isSilent(OTHER)).isFalse();
        observe("started on Tuesday", Map.of(OTHER, 5L), 15, 15);
        observe("started on Tuesday", Map.of(OTHER, 5L), 20, 20);
        assertThat(detector.isSilent(OTHER)).isTrue();
    }

    @Test
    void anIncarnationThatWasAbsentOnceStartsOver() {
        observeEverySecondUntil(6, 5);
        observe(SERVER, Map.of(), 7, 7);
        observeAt(8, 5);
        observeAt(11, 5);
        assertThat(detector.isSilent(OTHER)).isFalse();
    }

    @Test
    void eachIncarnationIsMeasuredByItself() {
        for (int second = 0; second <= 10; second++) {
            observe(SERVER, Map.of(OTHER, 5L, THIRD, 100L + second), second, second);
        }
        assertThat(detector.isSilent(OTHER)).isTrue();
        assertThat(detector.isSilent(THIRD)).isFalse();
    }

    @Test
    void anIncarnationIsAliveIfItsCounterMovedWithoutAGap() {
        observeAt(0, 5);
        assertThat(detector.isAlive(OTHER)).isFalse();
        observeAt(1, 5);
        assertThat(detector.isAlive(OTHER)).isFalse();
        observeAt(2, 6);
        assertThat(detector.isAlive(OTHER)).isTrue();
        observeAt(8, 7);
        assertThat(detector.isAlive(OTHER)).as("it started over").isFalse();
    }

    @Test
    void untilSilenceIsTheTimeLeftToTheMostSilentOne() {
        assertThat(detector.untilSilence()).as("nothing is observed").isEqualTo(LEASE);
        observeAt(0, 5);
        assertThat(detector.untilSilence()).isEqualTo(LEASE);
        observe(SERVER, Map.of(OTHER, 5L, THIRD, 1L), 4, 4);
        assertThat(detector.untilSilence()).isEqualTo(Duration.ofSeconds(6));
        observe(SERVER, Map.of(OTHER, 6L, THIRD, 1L), 5, 5);
        assertThat(detector.untilSilence()).isEqualTo(Duration.ofSeconds(9));
    }

    /** Otherwise observations would follow each other without a pause while it cannot be declared dead. */
    @Test
    void aSilentIncarnationNeedsNoEarlierObservation() {
        observeEverySecondUntil(10, 5);
        assertThat(detector.isSilent(OTHER)).isTrue();
        assertThat(detector.untilSilence()).isEqualTo(LEASE);
    }

    private void observeEverySecondUntil(int last, long counter) {
        for (int second = 0; second <= last; second++) {
            observeAt(second, counter);
        }
    }

    private void observeAt(double seconds, long counter) {
        observe(SERVER, Map.of(OTHER, counter), seconds, seconds);
    }

    private void observe(String server, Map<UUID, Long> counters, double sentSeconds, double answeredSeconds) {
        detector.observe(server, counters, nanos(sentSeconds), nanos(answeredSeconds));
    }

    private static long nanos(double seconds) {
        return ZERO + Math.round(seconds * 1_000) * 1_000_000;
    }
}
