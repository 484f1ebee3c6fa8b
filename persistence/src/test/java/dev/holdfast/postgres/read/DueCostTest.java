package dev.holdfast.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.spi.DueWorkflow;
import java.sql.Connection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A poll for due workflows reads those that it returns, however many sleep, or are due elsewhere. */
@Timeout(120)
class DueCostTest {
    private static final int MANY = 50_000;
    private static final int DUE = 3;
    private static final long ROWS_READ_MAX = 20;
    private static final int OWNED = 128;
    private static final int PAGE = 256;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    private void add(int number, int firstBucket, int buckets, String in) {
        jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.open_workflow (due, bucket, era, uid, status)
                select clock_timestamp() + cast(? as interval) + g * interval '1 millisecond',
                    ? + g % ?, 1, gen_random_uuid(), 'WAITING'
                from generate_series(1, ?) g""", in, firstBucket, buckets, number));
    }

    /** What a poll costs that finds this many. */
    private TableReads.Read assertReads(int found, long rowsMax) throws Exception {
        jdbi.useHandle(handle -> {
            handle.execute("analyze");
            TableReads.publish(handle); // a session that ends does so when it likes to
        });
        try (Connection connection = database.dataSource().getConnection()) {
            Jdbi session = JdbiFactory.on(connection);
            assertThat(poll(session)).hasSize(found); // catalogs are read at the first time
            TableReads.Read read = session.withHandle(handle -> new TableReads(jdbi).of(handle, () -> poll(session)));
            assertThat(read.scans()).as("sequential scans").isZero();
            assertThat(read.rows()).as("rows read").isLessThanOrEqualTo(rowsMax);
            return read;
        }
    }

    private static List<DueWorkflow> poll(Jdbi session) {
        Integer[] buckets = IntStream.range(0, OWNED).boxed().toArray(Integer[]::new);
        return session.withExtension(WorkflowSql.class, sql -> sql.due(buckets, 1_000_000, PAGE));
    }

    @Test
    void sleepingWorkflowsAreNotRead() throws Exception {
        add(DUE, 0, OWNED, "-1 hour");
        add(MANY, 0, OWNED, "1 day");
        assertReads(DUE, ROWS_READ_MAX);
    }

    @Test
    void whatIsDueElsewhereIsNotRead() throws Exception {
        add(DUE, 0, OWNED, "-1 hour");
        add(MANY, 0, 2 * OWNED, "1 day");
        long before = assertReads(DUE, ROWS_READ_MAX).blocks();
        add(MANY, OWNED, OWNED, "-1 day");
        assertThat(assertReads(DUE, ROWS_READ_MAX).blocks()).as("blocks").isLessThan(2 * before);
    }

    @Test
    void aPageOfABacklogIsRead() throws Exception {
        add(MANY, 0, OWNED, "-1 day");
        assertReads(PAGE, OWNED + 4L * PAGE + OWNED);
    }

    @Test
    void aPageOfABacklogInOneBucketIsReadOldestFirst() throws Exception {
        add(MANY, 7, 1, "-1 day");
        assertReads(PAGE, OWNED + 4L * PAGE + OWNED);
        try (Connection connection = database.dataSource().getConnection()) {
            List<DueWorkflow> page = poll(JdbiFactory.on(connection));
            assertThat(page).isSortedAccordingTo(Comparator.comparing(DueWorkflow::in));
            assertThat(page).allMatch(one -> one.key().bucket() == 7);
        }
    }
}
