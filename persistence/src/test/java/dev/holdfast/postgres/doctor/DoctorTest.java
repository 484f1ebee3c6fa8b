package dev.holdfast.postgres.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.postgres.connect.DatabaseSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A healthy installation, and what the doctor itself must not do. */
@Timeout(120)
class DoctorTest {
    @RegisterExtension
    private final DoctorFixture fixture = new DoctorFixture();

    @Test
    void aHealthyServerIsOk() {
        Findings findings = fixture.examine();

        assertThat(findings.all()).allSatisfy(one -> {
            assertThat(one.state()).isEqualTo(Finding.State.OK);
            assertThat(one.seen()).isNotBlank();
            assertThat(one.todo()).isEmpty();
        });
        assertThat(findings.all())
                .extracting(Finding::check)
                .containsExactly(
                        "connection",
                        "tls",
                        "server-version",
                        "primary",
                        "clock",
                        "migrations",
                        "fsync",
                        "full-page-writes",
                        "synchronous-commit",
                        "standbys",
                        "slots",
                        "oldest-transaction",
                        "dead-rows",
                        "adopted",
                        "nodes",
                        "buckets",
                        "stalled-workflows",
                        "versions",
                        "dead-letters");
        assertThat(findings.of("nodes").seen()).isEqualTo("alive lives");
    }

    @Test
    void aServerThatIsAwayIsUnreachableAndNothingElseIsOk() {
        Findings findings = new Findings(Doctor.of(DatabaseSettings.of("jdbc:postgresql://127.0.0.1:1/nothing"))
                .examine());

        assertThat(findings.all().getFirst().state()).isEqualTo(Finding.State.UNREACHABLE);
        assertThat(findings.all().stream().skip(1)).isNotEmpty().allMatch(one -> one.state() == Finding.State.NO_DATA);
    }

    @Test
    void aCheckThatFailsStopsNoOther() throws SQLException {
        try (Connection other = fixture.database.dataSource().getConnection()) {
            other.setAutoCommit(false);
            try (var statement = other.createStatement()) {
                statement.execute("lock table holdfast.open_workflow in access exclusive mode");
            }

            Findings findings = fixture.examine();
            assertThat(findings.all().stream().filter(one -> one.state() != Finding.State.OK))
                    .extracting(Finding::check, Finding::state)
                    .containsExactly(
                            tuple("stalled-workflows", Finding.State.NO_DATA),
                            tuple("versions", Finding.State.NO_DATA),
                            tuple("dead-letters", Finding.State.NO_DATA));
            assertThat(findings.of("dead-letters").seen()).startsWith("no answer within");
            other.rollback();
        }
    }

    @Test
    void aCheckThatWouldWriteIsRefused() {
        Finding found = new Doctor(
                        DatabaseSettings.of(fixture.database.jdbcUrl()), Limits.USUAL, InstantSource.system())
                .run(new Check("writes", handle -> {
                    handle.execute("create table public.written ()");
                    return Finding.ok("writes", "it did");
                }));

        assertThat(found.state()).isEqualTo(Finding.State.NO_DATA);
        assertThat(found.seen()).contains("read-only transaction");
    }

    @Test
    void nothingIsWritten() {
        fixture.engine.close();
        Set<Boolean> moved = IntStream.range(0, 3)
                .mapToObj(any -> {
                    long before = nextTransaction();
                    fixture.examine();
                    return nextTransaction() != before;
                })
                .collect(Collectors.toSet());

        assertThat(moved).as("autovacuum may write once").contains(false);
    }

    private long nextTransaction() {
        return fixture.jdbi.withHandle(
                handle -> handle.createQuery("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
                        .mapTo(Long.class)
                        .one());
    }
}
