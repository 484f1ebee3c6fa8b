package dev.holdfast.postgres.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Installation;
import java.sql.Connection;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The doctor counts what is late by reading what is late, however many workflows sleep. */
@Timeout(120)
class LateCostTest {
    private static final int SLEEPING = 50_000;
    private static final int LATE = 3;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    @Test
    void sleepingWorkflowsAreNotRead() throws Exception {
        Installation.of(jdbi, TestNode.config(database.jdbcUrl()));
        jdbi.useHandle(handle -> {
            handle.execute("""
                    insert into holdfast.open_workflow (due, bucket, era, uid, status)
                    select clock_timestamp() + case when g <= ? then interval '-1 hour' else interval '1 day' end,
                        g % 256, 1, gen_random_uuid(), 'WAITING'
                    from generate_series(1, ?) g""", LATE, SLEEPING + LATE);
            handle.execute("analyze");
            TableReads.publish(handle);
        });
        try (Connection connection = database.dataSource().getConnection();
                Handle session = JdbiFactory.on(connection).open()) {
            count(session); // catalogs are read at the first time
            TableReads.Read read = new TableReads(jdbi).of(session, () -> count(session));
            assertThat(read.scans()).as("sequential scans").isZero();
            assertThat(read.rows()).as("rows read").isLessThanOrEqualTo(20);
        }
    }

    private static void count(Handle session) {
        assertThat(session.attach(WorkflowSql.class).late(60_000, 10_000)).isEqualTo(LATE);
    }
}
