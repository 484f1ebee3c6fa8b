package dev.holdfast.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.spi.FeedEntry;
import dev.holdfast.spi.FeedPosition;
import dev.holdfast.spi.WorkflowKey;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published values cost what is returned, whatever else stands in the log, also by plans made when it was empty. */
@Timeout(120)
class PublishedCostTest {
    private static final int WORKFLOWS = 20;
    private static final int RECORDS = 5_000;
    /** One record in 50 is a value, under one of 20 names. */
    private static final int VALUES = RECORDS / 50;

    private static final int NAMES = 20;
    private static final long BYTES_MAX = 1 << 20;
    /** A look for the home, for the open row, for the last event. */
    private static final long ROWS_OF_A_STATE_MAX = 5;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    private static WorkflowKey key(int number) {
        return new WorkflowKey(1, 1, new UUID(1, number));
    }

    private static List<FeedPosition> watched(int after) {
        return IntStream.rangeClosed(1, WORKFLOWS)
                .mapToObj(number -> new FeedPosition(key(number), after))
                .toList();
    }

    @BeforeEach
    void addEra() {
        jdbi.useHandle(handle -> handle.execute("select holdfast.add_era(1)"));
    }

    private void fill() {
        jdbi.useHandle(handle -> {
            handle.execute("""
                    insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt,
                        outcome_state, event_position, event_attempt, format, event, uid, name, detail)
                    select n, now(), 1, 1, n, 1, -1, 0, 0, n, 0, 1, case n % 50 when 1 then 10 else 8 end,
                        ('00000000-0000-0001-0000-' || lpad(to_hex(w), 12, '0'))::uuid,
                        case n % 50 when 1 then 'name-' || (n / 50) % ? end, convert_to(n::text, 'UTF8')
                    from generate_series(1, ?) n, generate_series(1, ?) w""", NAMES, RECORDS, WORKFLOWS);
            TableReads.publish(handle);
        });
    }

    private void analyze(boolean analyzed) {
        if (analyzed) {
            jdbi.useHandle(handle -> handle.execute("analyze"));
        }
    }

    /** What the second call reads in a session whose first call was made on empty tables. */
    private TableReads.Read read(boolean analyzed, TableReads.Work work, Jdbi session) throws Exception {
        work.run();
        fill();
        analyze(analyzed);
        return session.withHandle(handle -> new TableReads(jdbi).of(handle, work));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theLastValuesCostALookForEachName(boolean analyzed) throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            Jdbi session = JdbiFactory.on(connection);
            PublishedReader reader = new PublishedReader(session);
            TableReads.Read read = read(analyzed, () -> reader.last(key(1)), session);
            assertThat(reader.last(key(1))).hasSize(NAMES);
            assertThat(read.scans()).isZero();
            assertThat(read.rows()).isLessThanOrEqualTo(2 * (NAMES + 1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFeedCostsWhatItReturnsAndAStateOfEachWorkflow(boolean analyzed) throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            Jdbi session = JdbiFactory.on(connection);
            PublishedReader reader = new PublishedReader(session);
            int last = RECORDS - 3 * 50; // three values follow
            TableReads.Read read = read(analyzed, () -> reader.feed(watched(last), BYTES_MAX), session);
            List<FeedEntry> feed = reader.feed(watched(last), BYTES_MAX);
            assertThat(feed)
                    .hasSize(WORKFLOWS)
                    .allMatch(entry -> entry.published().size() == 3 && entry.isWhole());
            assertThat(read.scans()).isZero();
            assertThat(read.rows()).isLessThanOrEqualTo(WORKFLOWS * (3 + ROWS_OF_A_STATE_MAX));
            assertThat(reader.feed(watched(0), BYTES_MAX)).noneMatch(FeedEntry::isWhole);
        }
    }

    @Test
    void noMoreThan64ValuesOfAWorkflowAreReadAtATime() {
        fill();
        List<FeedEntry> feed = new PublishedReader(jdbi).feed(watched(0), BYTES_MAX);
        assertThat(VALUES).isGreaterThan(64);
        assertThat(feed).allMatch(entry -> entry.published().size() == 64);
    }
}
