package dev.holdfast.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.spi.HistoryEntry;
import java.sql.Connection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A page of a history costs what it shows, wherever it begins in a log of whatever length. */
@Timeout(120)
class HistoryCostTest {
    private static final int RECORDS = 50_000;
    /** An item is a record, its outcome, and a look for a compensation, each by an index. */
    private static final long ROWS_OF_AN_ITEM_MAX = 10;

    private static final UUID WORKFLOW = new UUID(1, 1);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    /** Steps of two attempts: a crash cut off the first, the second succeeded, as the next record says. */
    @BeforeEach
    void fill() {
        jdbi.useHandle(handle -> {
            handle.execute("select holdfast.add_era(1)");
            handle.execute("""
                    insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt,
                        outcome_state, outcome, event_position, event_attempt, format, event, uid, name,
                        idempotency_key)
                    select n, now(), 1, 1, n, 1,
                        case when n % 2 = 1 and n > 1 then n / 2 - 1 else -1 end,
                        case when n % 2 = 1 and n > 1 then 2 else 0 end,
                        case when n % 2 = 1 and n > 1 then 1 else 0 end,
                        case when n % 2 = 1 and n > 1 then convert_to(repeat('v', 2000), 'UTF8') end,
                        (n - 1) / 2, 1 + (n + 1) % 2, 1, 1, ?, 'step', gen_random_uuid()
                    from generate_series(1, ?) n""", WORKFLOW, RECORDS);
            handle.execute("""
                    insert into holdfast.dead_letter (at, bucket, era, seq, position, attempts, node, uid, cause,
                        error_class, error_message, stack)
                    select now(), 1, 1, 1, 0, 1, 1, gen_random_uuid(), 'POISON', '', '', ''
                    from generate_series(1, 10000)""");
            handle.execute("analyze");
            TableReads.publish(handle); // a session that ends does so when it likes to
        });
    }

    @Test
    void aPageReadsWhatItShows() throws Exception {
        for (int after : new int[] {0, RECORDS / 2, RECORDS - 1}) {
            for (int limit : new int[] {1, 50}) {
                TableReads.Read read = read(after, limit);
                assertThat(read.scans()).as("sequential scans after %d", after).isZero();
                assertThat(read.rows())
                        .as("rows read for %d items after %d", limit, after)
                        .isLessThanOrEqualTo(ROWS_OF_AN_ITEM_MAX * limit);
            }
        }
    }

    private TableReads.Read read(int after, int limit) throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            Jdbi session = JdbiFactory.on(connection);
            page(session, after, limit); // catalogs are read at the first time
            return session.withHandle(handle -> new TableReads(jdbi).of(handle, () -> {
                List<HistoryEntry> page = page(session, after, limit);
                assertThat(page).hasSize(Math.min(limit, RECORDS - after));
            }));
        }
    }

    @Test
    void noValueOfAStepIsRead() {
        assertThat(page(jdbi, 0, 50).stream().map(HistoryEntry::outcome).filter(Objects::nonNull))
                .hasSize(25)
                .allSatisfy(outcome -> assertThat(outcome.value()).isEmpty());
    }

    private static List<HistoryEntry> page(Jdbi session, int after, int limit) {
        return session.withExtension(HistorySql.class, sql -> sql.page(1, 1, WORKFLOW, after, limit));
    }
}
