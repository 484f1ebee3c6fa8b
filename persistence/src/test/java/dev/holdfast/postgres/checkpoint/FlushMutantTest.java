package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.schema.MigrationMutant;
import dev.holdfast.postgres.schema.Migrations;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each guard of the flush call holds, and its test turns red when the guard's line is left out of the migration. */
class FlushMutantTest {
    /** A line of the migration, and what happens without it. */
    record Guard(String line, Scenario scenario) {
        @Override
        public String toString() {
            return line;
        }
    }

    /** Something that must hold on a database. */
    interface Scenario {
        void run(FlushFixture fixture) throws Exception;
    }

    static Stream<Guard> guards() {
        return Stream.of(
                new Guard(
                        "-- awaits a batch under way",
                        fixture -> TakeOverScenarios.seesTheBatchItWaitedFor(
                                fixture, TakeOverScenarios::inStatementsOfTheirOwn)),
                new Guard("the whole incarnation is fenced", FenceScenarios::fencedIncarnationIsRefused),
                new Guard("> p_generation) > 0 -- replaced", FenceScenarios::replacedConnectionIsRefused),
                new Guard("l.record_id <> p_record_id[i] -- not ours", FenceScenarios::foreignRecordsAreToldFromOurs),
                new Guard("into v_closed from holdfast.closed", FenceScenarios::nothingNewComesIntoAClosedEra));
    }

    @ParameterizedTest
    @MethodSource("guards")
    void holds(Guard guard) throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            guard.scenario().run(new FlushFixture(database, Migrations.LOCATION));
        }
    }

    @Test
    void aHistoryReadInTheStatementThatWaitsIsFoundOut() throws Exception {
        try (TestDatabase database = TestDatabase.create()) {
            FlushFixture fixture = new FlushFixture(database, Migrations.LOCATION);
            assertThatThrownBy(() -> TakeOverScenarios.seesTheBatchItWaitedFor(
                            fixture, TakeOverScenarios::inTheStatementThatWaits))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("records that are taken over");
        }
    }

    @ParameterizedTest
    @MethodSource("guards")
    void breaksWithoutItsLine(Guard guard, @TempDir Path directory) throws Exception {
        String location = MigrationMutant.without(guard.line(), directory);
        try (TestDatabase database = TestDatabase.create()) {
            FlushFixture fixture = new FlushFixture(database, location);
            assertThatThrownBy(() -> guard.scenario().run(fixture)).isInstanceOf(AssertionError.class);
        }
    }
}
