package dev.holdfast.postgres.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The enrolments in a copy of a database name backends of the original. */
@Timeout(60)
class FenceOfCopyTest {
    private static final String ENROL = """
            insert into holdfast.fence (incarnation, connection, generation, pid, backend_start)
            select ?, 0, 1, a.pid, a.backend_start from pg_stat_activity a where a.pid = ?""";

    @RegisterExtension
    private final TestDatabase original = TestDatabase.migrated();

    @RegisterExtension
    private final TestDatabase copy = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(copy.dataSource());
    private final UUID incarnation = UUID.randomUUID();

    private static int pid(Handle session) {
        return session.createQuery("select pg_backend_pid()")
                .mapTo(Integer.class)
                .one();
    }

    /** As a writer with a batch in flight. */
    private void holdLock(Handle session) {
        session.createQuery("select pg_advisory_lock(holdfast.fence_lock(?, 0))::text")
                .bind(0, incarnation)
                .mapTo(String.class)
                .one();
    }

    private FenceSql fence() {
        return jdbi.onDemand(FenceSql.class);
    }

    @Test
    void backendsOfOtherDatabasesAreGoneAndAreNeverTerminated() {
        try (Handle other = JdbiFactory.on(original.dataSource()).open()) {
            int pid = pid(other);
            holdLock(other);
            jdbi.useHandle(handle -> handle.execute(ENROL, incarnation, pid));

            assertThat(fence().backendsAlive(incarnation)).isZero();
            assertThat(fence().terminateBusy(incarnation)).isEmpty();
            assertThat(fence().terminate(incarnation, 0, 2)).isEmpty();
            assertThat(pid(other)).isEqualTo(pid);
        }
    }

    @Test
    void thoseOfThisDatabaseAre() {
        try (Handle here = jdbi.open()) {
            int pid = pid(here);
            holdLock(here);
            jdbi.useHandle(handle -> handle.execute(ENROL, incarnation, pid));

            assertThat(fence().backendsAlive(incarnation)).isOne();
            assertThat(fence().terminateBusy(incarnation)).containsExactly(true);
        }
    }
}
