package dev.holdfast.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The simulation finds faults: each mutant breaks a promise within so many schedules. */
@EnabledForJreRange(minVersion = VirtualThreads.FIRST_JDK)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class MutantsTest {
    private static final int SCHEDULES = 10_000;

    static Stream<Mutant> plain() {
        return Mutants.PLAIN.stream();
    }

    static Stream<Mutant> rare() {
        return Mutants.RARE.stream();
    }

    @ParameterizedTest
    @MethodSource("plain")
    void isFound(Mutant mutant) throws ReflectiveOperationException {
        find(mutant);
    }

    @Tag("long")
    @ParameterizedTest
    @MethodSource("rare")
    void isFoundInTheEnd(Mutant mutant) throws ReflectiveOperationException {
        find(mutant);
    }

    private static void find(Mutant mutant) throws ReflectiveOperationException {
        long began = System.nanoTime();
        int found = firstBreach(mutant);
        System.out.printf(
                "MutantsTest: \"%s\" found in schedule %d, after %.1f s%n",
                mutant, found, (System.nanoTime() - began) / 1e9);
        assertThat(found).as("the schedule that finds: " + mutant).isLessThan(SCHEDULES);
    }

    private static int firstBreach(Mutant mutant) throws ReflectiveOperationException {
        Method run =
                new MutantClasses(mutant).loadClass(Schedule.class.getName()).getDeclaredMethod("run", long.class);
        run.setAccessible(true);
        for (int seed = 0; seed < SCHEDULES; seed++) {
            try {
                run.invoke(null, seed);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof AssertionError) {
                    return seed;
                }
                throw e;
            }
        }
        return SCHEDULES;
    }
}
