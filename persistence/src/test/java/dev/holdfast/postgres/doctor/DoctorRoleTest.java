package dev.holdfast.postgres.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.DatabaseSettings;
import dev.holdfast.postgres.connect.PostgresConfig;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a role sees that is none of the nodes'. */
@Timeout(120)
class DoctorRoleTest {
    private static final String ROLE = "holdfast_test_reader";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.create();

    private final Jdbi jdbi = Jdbi.create(database.dataSource());
    private final Holdfast engine = PostgresHoldfast.on(
                    PostgresConfig.of(database.jdbcUrl()).nodeName("alive"))
            .register(DoctorFixture.PARKS, (ctx, input) -> input)
            .start();

    DoctorRoleTest() {
        execute("create role " + ROLE + " login password 'reader'");
    }

    @AfterEach
    void close() {
        engine.close();
        execute("drop owned by " + ROLE);
        execute("drop role " + ROLE);
    }

    private void execute(String sql) {
        jdbi.useHandle(handle -> handle.execute(sql));
    }

    private Findings examine() {
        String url = database.jdbcUrl().replaceFirst("user=[^&]*", "user=" + ROLE + "&password=reader");
        return new Findings(Doctor.of(DatabaseSettings.of(url)).examine());
    }

    @Test
    void aRoleThatCannotReadTheTablesGetsNoData() {
        Findings findings = examine();

        for (String check :
                new String[] {"migrations", "adopted", "nodes", "buckets", "stalled-workflows", "dead-letters"}) {
            assertThat(findings.of(check).state()).as("%s", findings.of(check)).isEqualTo(Finding.State.NO_DATA);
            assertThat(findings.of(check).todo()).startsWith("Grant usage on schema holdfast");
        }
        assertThat(findings.of("oldest-transaction").state()).isEqualTo(Finding.State.NO_DATA);
        assertThat(findings.of("fsync").state()).isEqualTo(Finding.State.OK);
        assertThat(findings.all()).noneMatch(Finding::isTrouble);
    }

    @Test
    void aRoleThatReadsSeesAllButTransactionsOfOthers() {
        execute("grant usage on schema holdfast to " + ROLE);
        execute("grant select on all tables in schema holdfast to " + ROLE);

        Findings findings = examine();

        assertThat(findings.all().stream()
                        .filter(one -> one.state() != Finding.State.OK)
                        .map(Finding::check))
                .containsExactly("oldest-transaction");
        assertThat(findings.of("oldest-transaction").state()).isEqualTo(Finding.State.NO_DATA);
    }

    @Test
    void aRoleWithStatisticsSeesAll() {
        execute("grant usage on schema holdfast to " + ROLE);
        execute("grant select on all tables in schema holdfast to " + ROLE);
        execute("grant pg_read_all_stats to " + ROLE);

        assertThat(examine().all()).allMatch(one -> one.state() == Finding.State.OK);
    }
}
