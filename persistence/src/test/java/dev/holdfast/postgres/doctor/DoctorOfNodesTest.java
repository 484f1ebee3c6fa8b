package dev.holdfast.postgres.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.admin.DeadLetterFilter;
import dev.holdfast.engine.Await;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nodes that are gone, and workflows that do not run. */
@Timeout(120)
class DoctorOfNodesTest {
    private static final String DEAD = """
            insert into holdfast.node (name) values ('gone');
            insert into holdfast.incarnation (number, ordinal, id, version, joined_at, definitions)
                select number, 1, gen_random_uuid(), 'test', now() - interval '1 hour', '{pay/1}' from holdfast.node
                where name = 'gone';
            insert into holdfast.bucket (bucket, epoch, incarnation)
                select b.bucket, max(b.epoch) + 1, (select id from holdfast.incarnation where version = 'test')
                from holdfast.bucket b where b.bucket < 3 group by b.bucket;
            insert into holdfast.open_workflow (bucket, era, uid, status)
                values (2, 1, gen_random_uuid(), 'RUNNING')""";

    @RegisterExtension
    private final DoctorFixture fixture = new DoctorFixture();

    @Test
    void noNodeIsTold() {
        fixture.engine.close();

        Findings findings = fixture.examine();
        assertThat(findings.of("nodes").seen()).isEqualTo("no node runs");
        assertThat(findings.of("buckets").state()).isEqualTo(Finding.State.DEGRADED);
    }

    @Test
    void aDeadNodeItsBucketsAndItsWorkflowsAreReported() {
        fixture.engine.close(); // else it takes over
        fixture.execute(DEAD);

        Findings findings = fixture.examine();
        assertThat(findings.of("nodes").state()).isEqualTo(Finding.State.DEGRADED);
        assertThat(findings.of("nodes").seen()).startsWith("gone silent for 3");
        assertThat(findings.of("buckets").seen()).startsWith("256 of 256 have no living owner");
        assertThat(findings.of("stalled-workflows").state()).isEqualTo(Finding.State.DEGRADED);
        assertThat(findings.of("stalled-workflows").seen())
                .contains("0 due", "1 running in buckets without a living owner");
    }

    @Test
    void gatewaysAloneAreReported() {
        fixture.engine.close();
        try (Holdfast gateway = fixture.gateway()) {
            Findings findings = fixture.examine();
            assertThat(gateway.admin().ready()).isTrue();
            assertThat(findings.of("nodes").state()).isEqualTo(Finding.State.DEGRADED);
            assertThat(findings.of("nodes").seen())
                    .isEqualTo("operator (gateway) lives: none of them registers workflows");
            assertThat(findings.of("buckets").todo()).startsWith("Start a node of the application");
        }
    }

    @Test
    void aVersionThatWorkflowsWaitForIsReported() {
        fixture.engine.close();
        fixture.execute("insert into holdfast.open_workflow (due, bucket, era, uid, status, waits)"
                + " select now() + interval '7 days', b, 1, gen_random_uuid(), 'WAITING', array['version:pay/2']"
                + " from generate_series(0, 2) b");

        Finding found = fixture.examine().of("versions");
        assertThat(found.state()).isEqualTo(Finding.State.DEGRADED);
        assertThat(found.seen()).isEqualTo("3 wait for pay/2");
    }

    @Test
    void aWorkflowThatIsDueForLongIsReported() {
        fixture.engine.close();
        fixture.execute("insert into holdfast.open_workflow (due, bucket, era, uid, status)"
                + " values (now() - interval '1 hour', 2, 1, gen_random_uuid(), 'QUEUED')");

        Finding found = fixture.examine().of("stalled-workflows");
        assertThat(found.state()).isEqualTo(Finding.State.DEGRADED);
        assertThat(found.seen()).startsWith("1 due for more than 60 s");
    }

    @Test
    void aRestoredCopyIsReported() {
        fixture.execute("update holdfast.settings set database_oid = 1");

        Finding found = fixture.examine().of("adopted");
        assertThat(found.state()).isEqualTo(Finding.State.DEGRADED);
        assertThat(found.todo()).contains("./holdfast adopt --list");
    }

    @Test
    void aServerThatCannotBeToldFromAnotherIsNoData() {
        fixture.execute("update holdfast.settings set system_identifier = null");

        Finding found = fixture.examine().of("adopted");
        assertThat(found.state()).isEqualTo(Finding.State.NO_DATA);
        assertThat(found.todo()).contains("pg_control_system", "--restored");
    }

    @Test
    void deadLettersAreToldWithoutWhatABodySaid() {
        fixture.engine.submit(DoctorFixture.PARKS, "x");
        Await.until(
                "it is parked",
                () -> !fixture.engine
                        .admin()
                        .deadLetters(DeadLetterFilter.all(1))
                        .items()
                        .isEmpty());

        Finding found = fixture.examine().onlyDegraded("dead-letters");
        assertThat(found.seen())
                .startsWith("1 open; newest: ")
                .contains("in step break at 20", "IllegalStateException")
                .doesNotContain("secret");
    }
}
