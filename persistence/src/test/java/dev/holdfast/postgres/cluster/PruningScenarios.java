package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.fence.FenceSql;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/** What must hold whatever is pruned. Each runs on the real statements and on ones without a guard. */
final class PruningScenarios {
    private PruningScenarios() {}

    /** A balancer observes a free bucket and hangs; others claim it, release it, and prune. */
    static void aLateClaimIsRefused(PruningFixture fixture) {
        UUID late = fixture.incarnation();
        UUID other = fixture.incarnation();
        fixture.release(3, 0);
        changeHands(fixture, other);
        fixture.jdbi.useTransaction(tx -> {
            tx.attach(FenceSql.class).holdOffPruning();
            assertThat(fixture.claim(tx, late, 3, 1)).as("claimed epoch").isZero();
        });
        assertThat(owner(fixture)).isEqualTo("3 free");
    }

    /** The same, and it hangs within its statement: what it reads is of before. */
    static void aClaimWithAnOldSnapshotIsRefused(PruningFixture fixture) {
        UUID late = fixture.incarnation();
        UUID other = fixture.incarnation();
        fixture.release(3, 0);
        try (Handle hanging = hangInStatement(fixture)) {
            changeHands(fixture, other);
            assertThat(claimOrConflict(fixture, hanging, late))
                    .as("claimed epoch")
                    .isZero();
        }
        fixture.prune();
        assertThat(owner(fixture)).isEqualTo("3 free");
    }

    private static void changeHands(PruningFixture fixture, UUID other) {
        fixture.jdbi.useTransaction(tx -> {
            tx.attach(FenceSql.class).holdOffPruning();
            assertThat(fixture.claim(tx, other, 3, 1)).isEqualTo(2);
        });
        fixture.release(3, 2);
        fixture.prune();
    }

    private static long claimOrConflict(PruningFixture fixture, Handle hanging, UUID late) {
        try {
            long epoch = fixture.claim(hanging, late, 3, 1);
            hanging.commit();
            return epoch;
        } catch (UnableToExecuteStatementException e) {
            hanging.rollback();
            assertThat(e).hasMessageContaining("could not serialize"); // it conflicts with a row that it cannot see
            return 0;
        }
    }

    /** A transaction whose statements all have the snapshot that the one behind the lock would have had. */
    private static Handle hangInStatement(PruningFixture fixture) {
        Handle hanging = fixture.jdbi.open();
        hanging.begin();
        hanging.execute("set transaction isolation level repeatable read");
        hanging.attach(FenceSql.class).holdOffPruning();
        return hanging;
    }

    private static String owner(PruningFixture fixture) {
        return fixture.jdbi.withHandle(
                handle -> handle.createQuery("""
                        select epoch || coalesce(' ' || incarnation, ' free') from holdfast.bucket
                        where bucket = 3 order by epoch desc limit 1""").mapTo(String.class).findOne().orElse("none"));
    }

    static void theNewestEpochStays(PruningFixture fixture) {
        fixture.release(3, 0);
        fixture.release(3, 1);
        fixture.prune();
        assertThat(owner(fixture)).isEqualTo("2 free");
        assertThat(fixture.count("select count(*) from holdfast.bucket")).isEqualTo(1);
    }

    /** It observed the holder of the name, and hangs while two others become it. */
    static void aLateProcessDoesNotGetAnOldOrdinal(PruningFixture fixture) {
        UUID observed = fixture.incarnation();
        fixture.fence(observed);
        fixture.fence(fixture.incarnation());
        UUID newest = fixture.incarnation();
        fixture.prune();
        assertThat(fixture.count("select min(ordinal) from holdfast.incarnation"))
                .isEqualTo(3);
        assertThat(fixture.become(2, observed)).isZero();
        assertThat(fixture.become(4, newest)).isEqualTo(1);
    }

    /** The same, and all others are pruned, so that numbers begin anew: it must not be above one that lives. */
    static void aLateProcessIsNotTheNewestOfANameThatBeganAnew(PruningFixture fixture) {
        UUID observed = fixture.incarnation();
        fixture.fence(observed);
        fixture.prune();
        assertThat(fixture.count("select count(*) from holdfast.incarnation")).isZero();
        assertThat(fixture.become(1, null)).isEqualTo(1);
        assertThat(fixture.become(2, observed)).isZero();
        assertThat(fixture.become(1, null)).isZero();
    }

    static void aDeadIncarnationGoesThoughItIsTheNewest(PruningFixture fixture) {
        UUID closed = fixture.enrolledIncarnation();
        fixture.fence(closed);
        fixture.prune();
        assertThat(fixture.count("select count(*) from holdfast.incarnation")).isZero();
        assertThat(fixture.count("select count(*) from holdfast.fence")).isZero();
        assertThat(fixture.isBatchRefused(closed, 1)).isTrue();
        assertThat(fixture.beats(closed)).isFalse();
    }

    static void aLivingIncarnationWritesOn(PruningFixture fixture) {
        UUID former = fixture.enrolledIncarnation();
        UUID newest = fixture.enrolledIncarnation();
        fixture.prune();
        for (UUID living : List.of(former, newest)) {
            assertThat(fixture.isBatchRefused(living, 1)).isFalse();
            assertThat(fixture.count("select count(*) from holdfast.heartbeat where incarnation = '" + living + "'"))
                    .isEqualTo(1);
            assertThat(fixture.beats(living)).isTrue();
        }
    }

    /** Its next owner waits for its connections, and finds them by their enrolments. */
    static void anOwnerStays(PruningFixture fixture) {
        UUID owner = fixture.enrolledIncarnation();
        fixture.incarnation();
        fixture.fence(owner);
        fixture.own(3, 1, owner);
        fixture.prune();
        assertThat(fixture.connections(owner)).containsExactly(0);
        fixture.release(3, 1);
        fixture.prune();
        assertThat(fixture.connections(owner)).isEmpty();
    }

    static void anIncarnationWithABackendStays(PruningFixture fixture) {
        UUID dead = fixture.incarnation();
        fixture.incarnation();
        fixture.fence(dead);
        try (Handle backend = fixture.jdbi.open()) {
            assertThat(fixture.enrol(backend, dead, 1)).isEqualTo(1);
            fixture.prune();
            assertThat(fixture.connections(dead)).containsExactly(0);
        }
    }

    static void anIncarnationWithAnUnknownBackendStaysForADay(PruningFixture fixture) {
        UUID dead = fixture.enrolledIncarnation();
        fixture.incarnation();
        fixture.fence(dead);
        fixture.jdbi.useHandle(
                handle -> handle.execute("update holdfast.fence set pid = null, at = now() - interval '23 hours'"));
        fixture.prune();
        assertThat(fixture.connections(dead)).containsExactly(0);
        fixture.jdbi.useHandle(handle -> handle.execute("update holdfast.fence set at = now() - interval '25 hours'"));
        fixture.prune();
        assertThat(fixture.connections(dead)).isEmpty();
    }

    /** A foreigner keeps an enrolment of a pruned incarnation: its fence has to refuse it. */
    static void aLateBatchIsRefusedWhileAnEnrolmentIsLeft(PruningFixture fixture) throws SQLException {
        UUID dead = fixture.enrolledIncarnation();
        fixture.incarnation();
        fixture.fence(dead);
        try (ForeignTransaction foreign = fixture.foreign()) {
            assertThat(foreign.execute("select from holdfast.fence where connection = 0 for update"))
                    .isEqualTo(1);
            fixture.prune();
            assertThat(fixture.count("select count(*) from holdfast.incarnation where ordinal = 1"))
                    .isZero();
            assertThat(fixture.isBatchRefused(dead, 1)).isTrue();
        }
        fixture.prune();
        assertThat(fixture.isBatchRefused(dead, 1)).isTrue();
        assertThat(fixture.count("select count(*) from holdfast.fence")).isZero();
    }

    static void aFencedIncarnationStaysFenced(PruningFixture fixture) {
        UUID closed = fixture.incarnation();
        fixture.own(3, 1, closed);
        fixture.fence(closed);
        fixture.prune();
        assertThat(fixture.beats(closed)).isFalse();
    }

    /** A process that was frozen for days wakes up. */
    static void aPrunedIncarnationSendsNoHeartbeat(PruningFixture fixture) {
        UUID dead = pruned(fixture);
        assertThat(fixture.beats(dead)).isFalse();
        boolean fenced = fixture.jdbi.withExtension(FenceSql.class, fence -> fence.isFenced(dead));
        assertThat(fenced).isTrue();
    }

    static void aPrunedIncarnationEnrolsNoConnection(PruningFixture fixture) {
        UUID dead = pruned(fixture);
        fixture.jdbi.useTransaction(tx -> {
            tx.attach(FenceSql.class).holdOffPruning();
            fixture.enrol(tx, dead, 2);
        });
        assertThat(fixture.isBatchRefused(dead, 2)).isTrue();
    }

    private static UUID pruned(PruningFixture fixture) {
        UUID dead = fixture.enrolledIncarnation();
        fixture.incarnation();
        fixture.fence(dead);
        fixture.prune();
        assertThat(fixture.count("select count(*) from holdfast.fence")).isZero();
        return dead;
    }

    /** It sees its incarnation, and inserts after everything was pruned. */
    static void anEnrolmentWithAnOldSnapshotIsRefused(PruningFixture fixture) {
        UUID dead = fixture.enrolledIncarnation();
        fixture.incarnation();
        fixture.fence(dead);
        try (Handle hanging = hangInStatement(fixture)) {
            fixture.prune();
            fixture.enrol(hanging, dead, 2);
            hanging.commit();
        }
        assertThat(fixture.isBatchRefused(dead, 2)).isTrue();
    }

    static void theNewestGenerationStays(PruningFixture fixture) {
        UUID living = fixture.enrolledIncarnation();
        fixture.enrolGone(living, 2);
        fixture.enrolGone(living, 3);
        fixture.prune();
        assertThat(fixture.isBatchRefused(living, 2)).isTrue();
        assertThat(fixture.isBatchRefused(living, 3)).isFalse();
        assertThat(fixture.count("select count(*) from holdfast.fence")).isEqualTo(1);
    }

    /** By its enrolment its replacement can terminate it. */
    static void aReplacedConnectionWithABackendStays(PruningFixture fixture) {
        UUID living = fixture.incarnation();
        try (Handle backend = fixture.jdbi.open()) {
            fixture.enrol(backend, living, 1);
            fixture.enrolGone(living, 2);
            fixture.prune();
            int alive = fixture.jdbi.withExtension(FenceSql.class, fence -> fence.backendsAlive(living));
            assertThat(alive).isEqualTo(1);
        }
    }
}
