package dev.holdfast.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class DueTimesTest {
    private static final WorkflowKey A = new WorkflowKey(0, 0, new UUID(0, 1));
    private static final WorkflowKey B = new WorkflowKey(0, 0, new UUID(0, 2));

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 10);
    private final DueTimes times = new DueTimes(nanos::get);

    @Test
    void aSignalMakesAWorkflowDueBeforeItsTimer() {
        assertThat(times.add(A, Duration.ofSeconds(1))).isTrue();
        assertThat(times.add(A, Duration.ZERO)).isTrue();
        assertThat(times.take(10)).containsExactly(A);
        assertThat(times.size()).isZero();
    }

    @Test
    void aLaterTimeChangesNothing() {
        times.add(A, Duration.ofSeconds(1));
        assertThat(times.add(A, Duration.ofSeconds(2))).isFalse();
        assertThat(times.add(B, Duration.ofSeconds(3))).isFalse();
        nanos.addAndGet(Duration.ofSeconds(1).toNanos()); // over the end of the range
        assertThat(times.take(10)).containsExactly(A);
        assertThat(times.untilNext(Long.MAX_VALUE))
                .isEqualTo(Duration.ofSeconds(2).toNanos());
    }
}
