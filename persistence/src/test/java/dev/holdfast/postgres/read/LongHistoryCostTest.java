package dev.holdfast.postgres.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.checkpoint.TableReads;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.log.LogSql;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowIds;
import dev.holdfast.spi.WorkflowKey;
import java.sql.Connection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.SqlLogger;
import org.jdbi.v3.core.statement.StatementContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A long history costs nothing before it is read: its values stay where they are, and no other pays for it. */
@Timeout(120)
class LongHistoryCostTest {
    private static final int SHORT_ONES = 50;
    private static final int VALUES = 40;
    private static final int BYTES = 100_000;
    private static final WorkflowKey LONG = new WorkflowKey(1, 1, new UUID(1, 1));
    private static final List<WorkflowKey> SHORT = IntStream.range(0, SHORT_ONES)
            .mapToObj(i -> new WorkflowKey(1, 1, new UUID(2, i)))
            .toList();
    private static final String TOAST = """
            select coalesce(sum(t.toast_blks_read + t.toast_blks_hit), 0)::bigint
            from pg_catalog.pg_statio_user_tables t where t.relname ~ '^(workflow|log)(_[0-9]+)?$'""";

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());

    @BeforeEach
    void fill() {
        jdbi.useHandle(handle -> {
            handle.execute("select holdfast.add_era(1)");
            add(handle, LONG, VALUES, BYTES);
            SHORT.forEach(key -> add(handle, key, 2, 10));
            TableReads.publish(handle);
        });
    }

    /** Steps that have succeeded with random values, which cannot be compressed. */
    private static void add(Handle handle, WorkflowKey key, int values, int bytes) {
        handle.execute("""
                insert into holdfast.workflow (bucket, era, version, uid, definition, input)
                values (?, ?, 1, ?, 'long', '{}')""", key.bucket(), key.era(), key.uid());
        handle.execute("""
                insert into holdfast.open_workflow (due, bucket, era, uid, status)
                values (null, ?, ?, ?, 'RUNNING')""", key.bucket(), key.era(), key.uid());
        handle.execute("""
                insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt,
                    outcome_state, outcome, event_position, event_attempt, format, event, uid, name, idempotency_key)
                select n, now(), ?, ?, n, 1, n - 2, 1, case when n > 1 then 1 else 0 end,
                    case when n > 1 then (select substr(string_agg(uuid_send(gen_random_uuid()), ''), 1, ?)
                        from generate_series(1, ? / 16 + n / n)) end,
                    n - 1, 1, 1, 1, ?, 'step', gen_random_uuid()
                from generate_series(1, ?) n""", key.bucket(), key.era(), bytes, bytes, key.uid(), values + 1);
    }

    @Test
    void theSizeOfAHistoryIsKnownWithoutItsValues() throws Exception {
        try (Connection connection = database.dataSource().getConnection()) {
            Jdbi session = JdbiFactory.on(connection);
            WorkflowReader reader = new WorkflowReader(session, new WorkflowIds(256, 0));
            long before = toast(session);
            assertThat(bytes(session)).isBetween((long) VALUES * BYTES, (long) VALUES * (BYTES + 1_000));
            assertThat(reader.load(List.of(LONG))).noneMatch(StoredWorkflow::isWhole);
            assertThat(toast(session)).as("blocks of values").isEqualTo(before);
            assertThat(page(session, 3 * BYTES)).hasSize(3);
            long page = toast(session) - before;
            assertThat(page(session, 1L << 30)).hasSize(VALUES + 1);
            long whole = toast(session) - before - page;
            assertThat(page)
                    .as("blocks of a page of %d of %d values, of %d blocks", 2, VALUES, whole)
                    .isBetween(1L, whole / 10);
        }
    }

    private static long bytes(Jdbi session) {
        return session.withExtension(LogSql.class, sql -> sql.bytes(1, 1, LONG.uid()));
    }

    private static List<LogRecord> page(Jdbi session, long bytesMax) {
        return session.withExtension(LogSql.class, sql -> sql.page(1, 1, LONG.uid(), 0, 100, bytesMax));
    }

    private long toast(Jdbi session) {
        session.useHandle(TableReads::publish);
        return jdbi.withHandle(
                handle -> handle.createQuery(TOAST).mapTo(Long.class).one());
    }

    @Test
    void shortOnesAreReadByTwoStatementsAndLongOnesByTwoMore() {
        AtomicInteger statements = new AtomicInteger();
        jdbi.setSqlLogger(new SqlLogger() {
            @Override
            public void logBeforeExecution(StatementContext context) {
                statements.incrementAndGet();
            }
        });
        WorkflowReader reader = new WorkflowReader(jdbi, new WorkflowIds(256, 0));
        assertThat(reader.load(SHORT)).hasSize(SHORT_ONES).allMatch(StoredWorkflow::isWhole);
        assertThat(statements).hasValue(2);
        List<WorkflowKey> all = Stream.concat(SHORT.stream(), Stream.of(LONG)).toList();
        assertThat(reader.load(all)).hasSize(SHORT_ONES + 1);
        assertThat(statements).hasValue(6);
    }
}
