package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.postgres.fence.FenceSql;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each guard of pruning holds, and its test turns red when the guard's line is left out of its statement. */
@Timeout(60)
class PruningMutantTest {
    /** A line of the statement of a method, and what breaks without it. */
    record Guard(Class<?> type, String method, String line, Scenario scenario) {
        @Override
        public String toString() {
            return method + ": " + line;
        }
    }

    /** Something that must hold on a database. */
    interface Scenario {
        void run(PruningFixture fixture) throws Exception;
    }

    private static Guard of(String method, String line, Scenario scenario) {
        return new Guard(PruningSql.class, method, line, scenario);
    }

    static Stream<Guard> guards() {
        return Stream.of(
                new Guard(BucketSql.class, "claim", "where k.epoch = (", PruningScenarios::aLateClaimIsRefused),
                new Guard(
                        NodeSql.class,
                        "become",
                        "is not distinct from :former::uuid",
                        PruningScenarios::aLateProcessDoesNotGetAnOldOrdinal),
                new Guard(
                        NodeSql.class,
                        "become",
                        "is not distinct from :former::uuid",
                        PruningScenarios::aLateProcessIsNotTheNewestOfANameThatBeganAnew),
                new Guard(
                        NodeSql.class,
                        "beat",
                        "and exists (select from holdfast.incarnation i where i.id = :incarnation)",
                        PruningScenarios::aPrunedIncarnationSendsNoHeartbeat),
                new Guard(
                        FenceSql.class,
                        "enrol",
                        "and exists (select from holdfast.incarnation i where i.id = :incarnation)",
                        PruningScenarios::aPrunedIncarnationEnrolsNoConnection),
                of("epochs", "p.alone from", PruningScenarios::aClaimWithAnOldSnapshotIsRefused),
                of("epochs", "n.epoch > b.epoch", PruningScenarios::theNewestEpochStays),
                of("incarnations", "p.alone from", PruningScenarios::anEnrolmentWithAnOldSnapshotIsRefused),
                of(
                        "incarnations",
                        "and exists (select from holdfast.fence",
                        PruningScenarios::aLivingIncarnationWritesOn),
                of("incarnations", "from owners o", PruningScenarios::anOwnerStays),
                of("incarnations", "from running r", PruningScenarios::anIncarnationWithABackendStays),
                of("incarnations", "from pooled p", PruningScenarios::anIncarnationWithAnUnknownBackendStaysForADay),
                of("enrolments", "and not exists", PruningScenarios::aLivingIncarnationWritesOn),
                of("fences", "from holdfast.incarnation i", PruningScenarios::aFencedIncarnationStaysFenced),
                of("fences", "e.connection >= 0", PruningScenarios::aLateBatchIsRefusedWhileAnEnrolmentIsLeft),
                of("generations", "f.generation < n.generation", PruningScenarios::theNewestGenerationStays),
                of("generations", "from running r", PruningScenarios::aReplacedConnectionWithABackendStays),
                of("heartbeats", "from living l", PruningScenarios::aLivingIncarnationWritesOn));
    }

    @Test
    void aDeadIncarnationGoesThoughItIsTheNewest() {
        try (PruningFixture fixture = new PruningFixture()) {
            PruningScenarios.aDeadIncarnationGoesThoughItIsTheNewest(fixture);
        }
    }

    @Test
    void everyStatementIsPartOfTheScenarios() {
        assertThat(Stream.of(PruningSql.class.getDeclaredMethods()).map(Method::getName))
                .containsExactlyInAnyOrderElementsOf(PruningFixture.PRUNING);
    }

    @ParameterizedTest
    @MethodSource("guards")
    void holds(Guard guard) throws Exception {
        try (PruningFixture fixture = new PruningFixture()) {
            assertThat(fixture.sql(guard.type(), guard.method()).lines().filter(line -> line.contains(guard.line())))
                    .hasSize(1);
            guard.scenario().run(fixture);
        }
    }

    @ParameterizedTest
    @MethodSource("guards")
    void breaksWithoutItsLine(Guard guard) {
        try (PruningFixture fixture = new PruningFixture(guard.method(), guard.line())) {
            assertThatThrownBy(() -> guard.scenario().run(fixture)).isInstanceOf(AssertionError.class);
        }
    }
}
