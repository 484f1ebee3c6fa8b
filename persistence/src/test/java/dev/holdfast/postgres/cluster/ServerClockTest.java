package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerClockTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final ServerClock clock = new ServerClock();
    private long asked;

    @BeforeEach
    void set() {
        asked = System.nanoTime();
        clock.set(START);
    }

    @Test
    void aSlowAnswerDoesNotTurnItBack() {
        clock.correct(START, asked, System.nanoTime() + 10 * SECOND);
        assertThat(clock.now()).isBetween(START, START.plusSeconds(5));
    }

    @Test
    void aQuestionLongUnderWayDoesNotPutItForward() {
        clock.correct(START.plusSeconds(10), asked, asked + 10 * SECOND);
        assertThat(clock.now()).isBetween(START, START.plusSeconds(5));
    }

    @Test
    void itFollowsTheDatabaseForward() {
        clock.correct(START.plusSeconds(60), asked, System.nanoTime());
        assertThat(clock.now()).isBetween(START.plusSeconds(60), START.plusSeconds(65));
    }

    @Test
    void itFollowsTheDatabaseBack() {
        clock.correct(START.minusSeconds(60), asked, System.nanoTime());
        assertThat(clock.now()).isBetween(START.minusSeconds(60), START.minusSeconds(55));
    }
}
