package dev.holdfast.postgres.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.ForeignTransaction;
import dev.holdfast.postgres.fence.Incarnation;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What pruning leaves of the control tables, and for what it does not wait. */
@Timeout(60)
class PruningTest {
    private static final List<String> TABLES = List.of("bucket", "incarnation", "fence", "heartbeat");

    @RegisterExtension
    private final PruningFixture fixture = new PruningFixture();

    private final Pruning pruning = new Pruning(fixture.jdbi);

    /** Of each process: three connections, one of them replaced, 60 heartbeats, and 16 buckets taken and given up. */
    private void restart(int times) {
        fixture.jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.incarnation (number, ordinal, id, version)
                select 1, n, gen_random_uuid(), 'test' from generate_series(1, ?) n""", times));
        fixture.jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.fence (incarnation, connection, generation, pid, backend_start)
                select i.id, c.connection, c.generation, 0, i.joined_at from holdfast.incarnation i,
                    (values (0, 1), (1, 1), (2, 1), (2, 2)) c(connection, generation);
                insert into holdfast.fence (incarnation, connection, generation, at)
                select i.id, -1, 0, now() - interval '11 minutes' from holdfast.incarnation i
                where i.ordinal < (select max(n.ordinal) from holdfast.incarnation n);
                insert into holdfast.heartbeat (incarnation, counter)
                select i.id, n from holdfast.incarnation i, generate_series(1, 60) n;
                insert into holdfast.bucket (bucket, epoch, incarnation)
                select b, 2 * i.ordinal - 1, i.id from holdfast.incarnation i, generate_series(0, 15) b;
                insert into holdfast.bucket (bucket, epoch)
                select b, 2 * i.ordinal from holdfast.incarnation i, generate_series(0, 15) b
                where i.ordinal < (select max(n.ordinal) from holdfast.incarnation n)"""));
    }

    private List<Long> rows() {
        return TABLES.stream()
                .map(table -> fixture.count("select count(*) from holdfast." + table))
                .toList();
    }

    @Test
    void aThousandRestartsLeaveTheRowsOfOneProcess() {
        restart(1_000);
        assertThat(rows()).containsExactly(31_984L, 1_000L, 4_999L, 60_000L);
        pruning.run();
        assertThat(rows()).containsExactly(16L, 1L, 3L, 60L);
        assertThat(fixture.count("select min(ordinal) from holdfast.incarnation"))
                .isEqualTo(1_000);
        assertThat(fixture.count("select count(*) from holdfast.bucket join holdfast.incarnation on id = incarnation"))
                .isEqualTo(16);
        assertThat(fixture.count("select count(*) from holdfast.node")).isEqualTo(1);
    }

    /** As pods leave them, each of which has a name of its own. The names stay: the log refers to them. */
    @Test
    void aThousandNamesLeaveOnlyTheirNames() {
        fixture.jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.node (name) select 'pod-' || n from generate_series(1, 1000) n;
                insert into holdfast.incarnation (number, ordinal, id, version)
                select n.number, 1, gen_random_uuid(), 'test' from holdfast.node n where n.name like 'pod-%';
                insert into holdfast.fence (incarnation, connection, generation, at)
                select i.id, -1, 0, now() - interval '11 minutes' from holdfast.incarnation i"""));
        pruning.run();
        assertThat(rows()).containsExactly(0L, 0L, 0L, 0L);
        assertThat(fixture.count("select count(*) from holdfast.node")).isEqualTo(1_001);
    }

    @Test
    void rowsThatAForeignerHasLockedAreLeftForTheNextTime() throws Exception {
        restart(3);
        List<Long> before = rows();
        try (ForeignTransaction foreign = fixture.foreign()) {
            for (String table : TABLES) {
                assertThat(foreign.execute("select from holdfast." + table + " for update"))
                        .isPositive();
            }
            pruning.run();
            assertThat(rows()).isEqualTo(before);
        }
        pruning.run();
        assertThat(rows()).containsExactly(16L, 1L, 3L, 60L);
    }

    @Test
    void aNodeStartsAndClaimsOnPrunedTables() throws Exception {
        restart(3);
        UUID former = fixture.jdbi.withHandle(
                handle -> handle.createQuery("select id from holdfast.incarnation where ordinal = 3")
                        .mapTo(UUID.class)
                        .one());
        fixture.fence(former);
        pruning.run();
        NodeTakeover takeover = new NodeTakeover(fixture.jdbi, Duration.ofSeconds(5));
        Incarnation next = takeover.become("a", List.of());
        takeover.awaitSilence(former);
        BucketTable buckets = new BucketTable(fixture.jdbi, next);
        assertThat(buckets.claim(new int[] {0, 1}, new long[] {5, 4})).containsExactly(new BucketSql.Owned(0, 6));
        pruning.run();
        assertThat(fixture.connections(former)).as("it owns 15 buckets still").hasSize(3);
    }
}
