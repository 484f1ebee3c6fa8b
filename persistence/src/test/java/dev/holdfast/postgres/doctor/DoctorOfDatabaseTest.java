package dev.holdfast.postgres.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** One thing of the server or the database after the other is not as it should be. */
@Timeout(120)
class DoctorOfDatabaseTest {
    @RegisterExtension
    private final DoctorFixture fixture = new DoctorFixture();

    @Test
    void anOldTransactionIsNamed() throws SQLException {
        Limits limits = with(Limits.USUAL.deadRows(), Duration.ZERO, Limits.USUAL.roundTrip());
        try (Connection old = fixture.database.dataSource().getConnection()) {
            old.setAutoCommit(false);
            try (var statement = old.createStatement()) {
                statement.execute("set local application_name = 'forgotten psql'");
            }

            Finding found = fixture.examine(limits).onlyDegraded("oldest-transaction");
            assertThat(found.seen()).matches("process \\d+ \\(forgotten psql, idle in transaction\\) for \\d+ s");
            old.rollback();
        }
    }

    private static Limits with(long deadRows, Duration transaction, Duration roundTrip) {
        Limits usual = Limits.USUAL;
        return new Limits(
                roundTrip, usual.clock(), transaction, usual.lagBytes(), deadRows, usual.silence(), usual.late());
    }

    @Test
    void manyDeadRowsAreTold() {
        Limits limits = with(10, Limits.USUAL.transaction(), Limits.USUAL.roundTrip());
        fixture.execute("insert into holdfast.open_workflow (due, bucket, era, uid, status)"
                + " select now() + interval '1 day', 1, 1, gen_random_uuid(), 'QUEUED' from generate_series(1, 500);"
                + " delete from holdfast.open_workflow");

        Await.until(
                "the statistics have them",
                () -> fixture.examine(limits).of("dead-rows").seen().contains(" in open"));
        fixture.examine(limits).onlyDegraded("dead-rows");
    }

    @Test
    void aLongWayIsTold() {
        Limits limits = with(Limits.USUAL.deadRows(), Limits.USUAL.transaction(), Duration.ofNanos(1));

        fixture.examine(limits).onlyDegraded("connection");
    }

    @Test
    void aClockThatIsWrongIsTold() {
        InstantSource fast = () -> Instant.now().plusSeconds(3_600);

        Finding found = new Findings(
                        new Doctor(DatabaseSettings.of(fixture.database.jdbcUrl()), Limits.USUAL, fast).examine())
                .onlyDegraded("clock");
        assertThat(found.seen()).contains("behind this machine's");
    }

    @Test
    void commitsThatAreNotWaitedForAreTold() {
        fixture.jdbi.useHandle(handle -> handle.execute("alter database "
                + handle.createQuery("select current_database()")
                        .mapTo(String.class)
                        .one()
                + " set synchronous_commit = off"));

        fixture.examine().onlyDegraded("synchronous-commit");
    }

    @Test
    void anInactiveSlotIsReported() {
        String slot = "holdfast_test_slot";
        fixture.execute("select pg_create_physical_replication_slot('" + slot + "', true)");
        try {
            assertThat(fixture.examine().onlyDegraded("slots").seen()).startsWith(slot + " is inactive and retains ");
        } finally {
            fixture.execute("select pg_drop_replication_slot('" + slot + "')");
        }
    }

    @Test
    void aDatabaseWithoutASchemaHasPendingMigrationsAndNoData() {
        try (TestDatabase empty = TestDatabase.create()) {
            Findings findings =
                    new Findings(Doctor.of(DatabaseSettings.of(empty.jdbcUrl())).examine());

            assertThat(findings.of("migrations").state()).isEqualTo(Finding.State.DEGRADED);
            assertThat(findings.of("migrations").seen()).contains("at version 0", "pending: ");
            for (String check :
                    Set.of("dead-rows", "adopted", "nodes", "buckets", "stalled-workflows", "dead-letters")) {
                assertThat(findings.of(check).state()).as(check).isEqualTo(Finding.State.NO_DATA);
                assertThat(findings.of(check).todo()).contains("migrate");
            }
        }
    }

    @Test
    void aNewerSchemaIsTold() {
        fixture.execute("insert into holdfast.migration (installed_rank, version, description, type, script, checksum,"
                + " installed_by, execution_time, success)"
                + " values (900, '900', 'later', 'SQL', 'V900__later.sql', 1, 'me', 1, true)");

        assertThat(fixture.examine().onlyDegraded("migrations").seen()).startsWith("at version 900");
    }
}
