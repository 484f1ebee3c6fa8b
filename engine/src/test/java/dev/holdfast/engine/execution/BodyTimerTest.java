package dev.holdfast.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.StepScope;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.Position;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.Test;

final class BodyTimerTest {
    @Test
    void noTimeoutOutlivesItsBody() throws Exception {
        ScheduledExecutorService timer = BodyTimer.start(new Platform());
        try {
            for (int i = 0; i < 1_000; i++) {
                HistoryEvent.Intent intent =
                        new HistoryEvent.Intent(Position.main(i), 1, "step", UUID.randomUUID(), -1);
                AttemptScope scope = new AttemptScope(intent, i, "id", 1, "node");
                Integer value = BodyCall.run(StepScope::position, scope, Duration.ofHours(1), timer, null);
                assertThat(value).isEqualTo(i);
            }
            assertThat(((ScheduledThreadPoolExecutor) timer).getQueue()).isEmpty();
        } finally {
            timer.shutdownNow();
        }
    }
}
