package dev.holdfast.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.OverloadedException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class CallbackLimitsTest {
    private final AtomicLong clock = new AtomicLong(-5);
    private final CallbackLimits limits = new CallbackLimits(clock::get);

    @Test
    void oneCallbackTakesSixtyAnswersAMinute() {
        UUID busy = UUID.randomUUID();
        for (int i = 0; i < 60; i++) {
            limits.count(busy);
        }
        clock.addAndGet(Duration.ofSeconds(40).toNanos());
        assertThatThrownBy(() -> limits.count(busy))
                .isInstanceOfSatisfying(
                        OverloadedException.class,
                        e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(20)));
        limits.count(UUID.randomUUID());
        clock.addAndGet(Duration.ofSeconds(20).toNanos());
        limits.count(busy);
    }

    @Test
    void aNodeTakesAThousandAnswersAMinute() {
        for (int i = 0; i < 1_000; i++) {
            limits.count(UUID.randomUUID());
        }
        assertThatThrownBy(() -> limits.count(UUID.randomUUID())).hasMessageContaining("1000");
        clock.addAndGet(Duration.ofMinutes(5).toNanos());
        limits.count(UUID.randomUUID());
    }
}
