package dev.holdfast.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.spi.DueWorkflow;
import java.sql.Connection;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A poll for due workflows reads those that are due, however many sleep. */
@Timeout(120)
class DueCostTest {
    private static final int SLEEPING = 50_000;
    private static final int DUE = 3;
    private static final long ROWS_READ_MAX = 20;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    @Test
    void sleepingWorkflowsAreNotRead() throws Exception {
        jdbi.useHandle(handle -> {
            handle.execute("""
                    insert into holdfast.open_workflow (due, bucket, era, uid, status)
                    select clock_timestamp() + case when g <= ? then interval '-1 hour' else interval '1 day' end,
                        g % 256, 1, gen_random_uuid(), 'WAITING'
                    from generate_series(1, ?) g""", DUE, SLEEPING + DUE);
            handle.execute("analyze");
            TableReads.publish(handle); // a session that ends does so when it likes to
        });
        try (Connection connection = database.dataSource().getConnection()) {
            Jdbi session = JdbiFactory.on(connection);
            poll(session); // catalogs are read at the first time
            TableReads.Read read = session.withHandle(handle -> new TableReads(jdbi).of(handle, () -> poll(session)));
            assertThat(read.scans()).as("sequential scans").isZero();
            assertThat(read.rows()).as("rows read").isLessThanOrEqualTo(ROWS_READ_MAX);
        }
    }

    private static void poll(Jdbi session) {
        Integer[] buckets = IntStream.range(0, 256).boxed().toArray(Integer[]::new);
        List<DueWorkflow> due = session.withExtension(WorkflowSql.class, sql -> sql.due(buckets, 1_000_000, 256));
        assertThat(due).hasSize(DUE);
    }
}
