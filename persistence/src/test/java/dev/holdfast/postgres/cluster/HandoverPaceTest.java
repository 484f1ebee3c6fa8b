package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HandoverPaceTest {
    private final HandoverPace pace = new HandoverPace();

    @Test
    void bodiesOfMinutesAreWaitedForInFewBuckets() {
        assertPace(32, Duration.ofSeconds(10));
        pace.failed();
        assertPace(16, Duration.ofSeconds(20));
        IntStream.range(0, 10).forEach(i -> pace.failed());
        assertPace(1, Duration.ofMinutes(10));
        pace.reset();
        assertPace(32, Duration.ofSeconds(10));
    }

    private void assertPace(int buckets, Duration timeout) {
        assertThat(pace.buckets()).isEqualTo(buckets);
        assertThat(pace.timeout()).isEqualTo(timeout);
    }
}
