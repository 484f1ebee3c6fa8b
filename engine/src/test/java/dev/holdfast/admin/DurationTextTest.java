package dev.holdfast.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationTextTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.0001S, 0.1 ms",
        "PT0.001S, 1 ms",
        "PT0.5S, 500 ms",
        "PT0.489S, 489 ms",
        "PT1.558S, 1.6 s",
        "PT5S, 5 s",
        "PT61S, 61 s",
        "PT90S, 1.5 min",
        "PT1H30M, 1.5 h",
        "PT3H7S, 3 h",
        "PT24H, 1 day",
        "P30D, 30 days",
        "P36500D, 36500 days",
        "PT-5S, -5 s",
    })
    void isWhatPeopleWrite(Duration duration, String text) {
        assertThat(DurationText.of(duration)).isEqualTo(text);
    }
}
