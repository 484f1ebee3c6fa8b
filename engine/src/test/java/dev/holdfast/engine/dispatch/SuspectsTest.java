package dev.holdfast.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Await;
import dev.holdfast.spi.WorkflowKey;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SuspectsTest {
    private static final WorkflowKey FIRST = key(1);
    private static final WorkflowKey SECOND = key(2);

    private static WorkflowKey key(int number) {
        return new WorkflowKey(1, 1, new UUID(0, number));
    }

    @Test
    void theyRunOneAfterTheOther() {
        Suspects suspects = new Suspects(Duration.ofHours(1));
        assertThat(suspects.begin(FIRST)).isTrue();
        assertThat(suspects.begin(SECOND)).isFalse();
        assertThat(suspects.isWaiting(SECOND)).isTrue();
        assertThat(suspects.next()).isEmpty();
        suspects.end(SECOND);
        assertThat(suspects.next()).as("the turn is that of the first").isEmpty();
        suspects.end(FIRST);
        assertThat(suspects.next()).contains(SECOND);
        assertThat(suspects.size()).isZero();
        assertThat(suspects.begin(SECOND)).isTrue();
    }

    @Test
    void oneThatHangsHoldsTheOthersUpForATurn() {
        Suspects suspects = new Suspects(Duration.ofMillis(20));
        assertThat(suspects.begin(FIRST)).isTrue();
        assertThat(suspects.begin(SECOND)).isFalse();
        Await.until("the turn is over", () -> suspects.next().isPresent());
        assertThat(suspects.begin(SECOND)).isTrue();
        suspects.end(FIRST);
        assertThat(suspects.begin(FIRST)).as("the turn is that of the second").isFalse();
    }
}
