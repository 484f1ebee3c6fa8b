package dev.holdfast.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random programs in random schedules: whatever happens, the promises hold and all comes to an end. The first seed is
 * printed; {@code -Dholdfast.simulation.seed=N} begins with that one, and {@code -Dholdfast.simulation.schedules=N}
 * sets how many follow, and {@code -Dholdfast.simulation.replays=N} of how many the histories are replayed. The system
 * properties go to the forked process by {@code -DargLine}.
 */
@EnabledForJreRange(minVersion = VirtualThreads.FIRST_JDK)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class SimulationTest {
    private static final int SCHEDULES = 10_000;
    private static final int REPLAYED = 500;

    @Test
    void everySchedule() {
        long first = Long.getLong(
                "holdfast.simulation.seed", ThreadLocalRandom.current().nextLong(1L << 40));
        int number = Integer.getInteger("holdfast.simulation.schedules", SCHEDULES);
        System.out.println("SimulationTest: seeds from " + first);
        long began = System.nanoTime();
        for (long seed = first; seed < first + number; seed++) {
            String unused = Schedule.run(seed);
        }
        System.out.printf("SimulationTest: %d schedules in %.1f s%n", number, (System.nanoTime() - began) / 1e9);
    }

    @ParameterizedTest
    @ValueSource(longs = {15, 65, 221, 3296, 4092, 4187, 7462})
    void seedsThatOnceFailed(long seed) {
        String unused = Schedule.run(seed);
    }

    @Test
    void everyHistoryReplaysAtEachCut() {
        long first = Long.getLong(
                "holdfast.simulation.seed", ThreadLocalRandom.current().nextLong(1L << 40));
        int number = Integer.getInteger("holdfast.simulation.replays", REPLAYED);
        System.out.println("SimulationTest: histories of seeds from " + first);
        long began = System.nanoTime();
        int histories = 0;
        for (long seed = first; seed < first + number; seed++) {
            histories += Schedule.replay(seed);
        }
        System.out.printf(
                "SimulationTest: %d histories replayed in %.1f s%n", histories, (System.nanoTime() - began) / 1e9);
        assertThat(histories).isGreaterThan(number);
    }

    /** A branch that is in doubt beside others, one that is sealed by that, and a deadline that no retry clears. */
    @ParameterizedTest
    @ValueSource(longs = {691314580775L, 201351876043L, 292381920142L})
    void historiesThatOnceDidNotReplay(long seed) {
        assertThat(Schedule.replay(seed)).isPositive();
    }

    @Test
    void theSameSeedRunsTheSameWay() {
        for (long seed = 0; seed < 200; seed++) {
            assertThat(Schedule.run(seed)).isEqualTo(Schedule.run(seed));
        }
    }
}
