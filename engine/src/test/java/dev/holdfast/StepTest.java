package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StepTest {
    private static final Step CHARGE = Step.named("charge");

    @Test
    void aStepThatRunsAtMostOnceHasNoRetryPolicy() {
        assertThatThrownBy(() -> CHARGE.atMostOnce().retry(RetryPolicy.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("step charge has both atMostOnce() and retry(...)")
                .hasMessageContaining("calls the body again");
        assertThatThrownBy(() -> CHARGE.retry(RetryPolicy.never()).atMostOnce())
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(CHARGE.atMostOnce().retry().attempts()).isEqualTo(1);
    }

    @Test
    void optionsAreKeptByThoseThatFollow() {
        Step step = CHARGE.atMostOnce().timeout(Duration.ofSeconds(1)).rejects(IOException.class);
        assertThat(step.isAtMostOnce()).isTrue();
        assertThat(step.timeout()).contains(Duration.ofSeconds(1));
        assertThat(step.isRejection(new FileNotFoundException())).isTrue();
        Step other =
                CHARGE.retry(RetryPolicy.never()).rejects(IOException.class).timeout(Duration.ofSeconds(2));
        assertThat(other.isAtMostOnce()).isFalse();
        assertThat(other.retry().attempts()).isEqualTo(1);
        assertThat(other.isRejection(new IOException())).isTrue();
    }
}
