package dev.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RetryPolicyTest {
    private static final double MIDDLE = 0.5;

    private static RetryPolicy policy(Duration first, double factor, Duration most, double jitter, int attempts) {
        return RetryPolicy.exponential(first, attempts)
                .factor(factor)
                .maxBackoff(most)
                .jitter(jitter);
    }

    @Test
    void theDefaultsAreThoseOfTheContract() {
        RetryPolicy defaults = RetryPolicy.defaults();
        assertThat(defaults.attempts()).isEqualTo(10);
        assertThat(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9).stream()
                        .map(failures -> defaults.waitAfter(failures, MIDDLE).toSeconds()))
                .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
        assertThat(defaults.waitAfter(1, 0)).isEqualTo(Duration.ofMillis(800));
        assertThat(defaults.waitAfter(1, 1)).isEqualTo(Duration.ofMillis(1_200));
        assertThat(defaults.waitAfter(9, 1)).isEqualTo(Duration.ofSeconds(72));
    }

    @Test
    void exponentialStartsWhereItIsTold() {
        RetryPolicy policy = RetryPolicy.exponential(Duration.ofMillis(10), 3);
        assertThat(policy.waitAfter(1, MIDDLE)).isEqualTo(Duration.ofMillis(10));
        assertThat(policy.waitAfter(2, MIDDLE)).isEqualTo(Duration.ofMillis(20));
        assertThat(policy.attempts()).isEqualTo(3);
        RetryPolicy slow = RetryPolicy.exponential(Duration.ofHours(1), 3);
        assertThat(slow.waitAfter(2, MIDDLE)).isEqualTo(Duration.ofHours(1));
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 1, PT0S, 0, 1",
        "PT0S, 1e300, PT1H, 1, 2147483647",
        "PT0.001S, Infinity, PT1H, 0, 5",
        "PT1H, 2, PT1H, 0.2, 1",
    })
    void theBoundsAreAllowedAndGiveWaitsWithinThem(
            Duration first, double factor, Duration most, double jitter, int attempts) {
        RetryPolicy policy = policy(first, factor, most, jitter, attempts);
        for (int failures : new int[] {1, 2, 100, Integer.MAX_VALUE}) {
            for (double random : new double[] {0, MIDDLE, 1}) {
                assertThat(policy.waitAfter(failures, random)).isBetween(Duration.ZERO, most.multipliedBy(2));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PT-1S, 1, PT1S, 0, 1",
        "PT2S, 1, PT1S, 0, 1",
        "PT1S, 0.9, PT1S, 0, 1",
        "PT1S, NaN, PT1S, 0, 1",
        "PT1S, 1, PT1S, -0.1, 1",
        "PT1S, 1, PT1S, 1.1, 1",
        "PT1S, 1, PT1S, NaN, 1",
        "PT1S, 1, PT1S, 0, 0",
        "PT1S, 1, PT1S, 0, -1",
    })
    void whatIsOutOfBoundsIsRefused(Duration first, double factor, Duration most, double jitter, int attempts) {
        assertThatThrownBy(() -> policy(first, factor, most, jitter, attempts))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected");
    }

    @Test
    void aWaitThatNoClockCanCountIsRefused() {
        Duration ages = Duration.ofSeconds(Long.MAX_VALUE);
        assertThatThrownBy(() -> policy(Duration.ZERO, 1, ages, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RetryPolicy.exponential(ages, 1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void typesThatAreNotTriedAgainIncludeTheirSubtypes() {
        RetryPolicy policy = RetryPolicy.defaults().nonRetryable(IOException.class, IllegalStateException.class);
        assertThat(policy.retries(new FileNotFoundException())).isFalse();
        assertThat(policy.retries(new IllegalStateException())).isFalse();
        assertThat(policy.retries(new RuntimeException())).isTrue();
        assertThat(policy.attempts(3).retries(new IOException())).isFalse();
    }

    @Test
    void typesThatAreTriedAgainExcludeAllOthers() {
        RetryPolicy policy = RetryPolicy.defaults().retryable(IOException.class, TimeoutException.class);
        assertThat(policy.retries(new FileNotFoundException())).isTrue();
        assertThat(policy.retries(new TimeoutException())).isTrue();
        assertThat(policy.retries(new IllegalStateException())).isFalse();
        assertThat(policy.retryable()).containsExactly(IOException.class, TimeoutException.class);
        RetryPolicy narrower = policy.nonRetryable(FileNotFoundException.class);
        assertThat(narrower.retries(new FileNotFoundException())).isFalse();
        assertThat(narrower.retries(new IOException())).isTrue();
    }

    @Test
    void theWaitThatABodyAsksForIsBoundedAndNeverShortened() {
        RetryPolicy policy = RetryPolicy.defaults().jitter(0.2);
        RetryAfterException asked = new RetryAfterException(Duration.ofSeconds(30), "busy");
        assertThat(policy.waitAfter(asked, 1, 0)).isEqualTo(Duration.ofSeconds(30));
        assertThat(policy.waitAfter(asked, 7, 1)).isEqualTo(Duration.ofSeconds(36));
        assertThat(policy.waitAfter(new IOException(), 1, 0.5)).isEqualTo(Duration.ofSeconds(1));
        assertThat(asked).hasMessage("busy (to be called again in 30 s)");
        assertThat(new RetryAfterException(Duration.ofSeconds(-1), "x").after()).isEqualTo(Duration.ZERO);
        assertThat(new RetryAfterException(Duration.ofDays(9_999), "x").after()).isEqualTo(Duration.ofDays(1));
        assertThat(new RetryAfterException(Duration.ofSeconds(Long.MAX_VALUE), "x").after())
                .isEqualTo(RetryAfterException.LONGEST);
        assertThat(policy.retryable(IOException.class)
                        .nonRetryable(RuntimeException.class)
                        .retries(asked))
                .isTrue();
    }

    @Test
    void neverIsOneAttempt() {
        assertThat(RetryPolicy.never().attempts()).isEqualTo(1);
    }
}
