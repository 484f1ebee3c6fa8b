package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.schema.Migrations;
import java.sql.Connection;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The hot path finds its rows by key, whatever the planner knows of the tables: nothing, the truth, or what was true
 * when they were empty; also in a session that has kept its plans since then.
 */
@Timeout(120)
class HotPathPlanTest {
    private static final int ROWS = 50_000;
    /** A call touches the few rows of its workflow, in a few indexes. */
    private static final long ROWS_READ_MAX = 60;
    /** The driver prepares at the fifth time, the server settles for a plan five times later. */
    private static final int TIMES_TO_SETTLE = 12;

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final FlushFixture fixture = new FlushFixture(database, Migrations.LOCATION);

    /**
     * A session that ends passes on what it read when it likes to: with what is measured then, unless it did so here.
     */
    private void run(String sql) {
        fixture.jdbi.useHandle(handle -> {
            handle.execute(sql);
            TableReads.publish(handle);
        });
    }

    /** The statistics are what the test makes them. */
    @BeforeEach
    void keepAutovacuumOut() {
        run("""
                do $$ declare t regclass; begin
                    for t in select oid from pg_class
                        where relnamespace = 'holdfast'::regnamespace and relkind = 'r' loop
                        execute pg_catalog.format('alter table %s set (autovacuum_enabled = false)', t);
                    end loop;
                end $$""");
    }

    private void fill() {
        run("""
                insert into holdfast.workflow (bucket, era, version, uid, definition, input)
                select g %% 256, 1, 1, gen_random_uuid(), 'test', '1' from generate_series(1, %d) g""".formatted(ROWS));
        run("""
                insert into holdfast.open_workflow (bucket, era, uid, status)
                select bucket, era, uid, 'RUNNING' from holdfast.workflow on conflict do nothing""");
        run("""
                insert into holdfast.log (record_id, at, bucket, era, seq, node, outcome_position, outcome_attempt,
                    event_position, event_attempt, format, outcome_state, event, uid)
                select 1, now(), bucket, era, 1, 1, -1, 0, 0, 1, 1, 0, 1, uid from holdfast.workflow
                on conflict do nothing""");
        run("""
                insert into holdfast.submission (record_id, at, bucket, era, uid, name, scope, digest)
                select 1, now(), bucket, era, uid, 'k' || uid, 'test', '' from holdfast.workflow""");
        run("""
                insert into holdfast.dead_letter (at, bucket, era, seq, position, attempts, node, uid, cause,
                    error_class, error_message, stack)
                select now(), bucket, era, 2, 0, 1, 1, uid, 'NON_RETRYABLE', '', '', '' from holdfast.workflow
                limit 20000 on conflict do nothing""");
    }

    /** Which of the calls a test is about. */
    private interface Choice {
        Map<String, TableReads.Work> of(HotCalls calls);
    }

    /** What a session does with its first workflows, until it has settled for plans. */
    private static void settle(Map<String, TableReads.Work> calls) throws Exception {
        for (TableReads.Work call : calls.values()) {
            for (int time = 1; time <= TIMES_TO_SETTLE; time++) {
                call.run();
            }
        }
    }

    private void assertReadsByKey(HotCalls calls, Choice choice, String stage, int times) throws Exception {
        SoftAssertions all = new SoftAssertions();
        try (Connection observer = database.dataSource().getConnection()) {
            TableReads reads = new TableReads(JdbiFactory.on(observer));
            for (Map.Entry<String, TableReads.Work> call : choice.of(calls).entrySet()) {
                for (int time = 1; time <= times; time++) {
                    TableReads.Read read = reads.of(calls.session(), call.getValue());
                    all.assertThat(read.scans() == 0 && read.rows() <= ROWS_READ_MAX)
                            .as("%s, %s, time %d: %s", stage, call.getKey(), time, read)
                            .isTrue();
                }
            }
        }
        all.assertAll();
    }

    private void assertReadsByKeyAsTheTablesGrow(Choice choice) throws Exception {
        try (HotCalls old = new HotCalls(fixture)) {
            settle(choice.of(old));
            fill();
            assertReadsByKey(old, choice, "plans of the empty tables", 2);
            try (HotCalls young = new HotCalls(fixture)) {
                assertReadsByKey(young, choice, "a new session, no new statistics", TIMES_TO_SETTLE);
            }
            run("analyze");
            assertReadsByKey(old, choice, "analysed", TIMES_TO_SETTLE);
        }
    }

    @Test
    void writingReadsByKeyAsTheTablesGrow() throws Exception {
        assertReadsByKeyAsTheTablesGrow(HotCalls::writes);
    }

    @Test
    void writingReadsByKeyThoughTheTablesWereAnalysedWhileEmpty() throws Exception {
        run("vacuum analyze");
        assertReadsByKeyAsTheTablesGrow(HotCalls::writes);
    }

    @Test
    void readingReadsByKeyAsTheTablesGrow() throws Exception {
        assertReadsByKeyAsTheTablesGrow(HotCalls::reads);
    }

    @Test
    void readingReadsByKeyThoughTheTablesWereAnalysedWhileEmpty() throws Exception {
        run("vacuum analyze");
        assertReadsByKeyAsTheTablesGrow(HotCalls::reads);
    }

    @Test
    void readingAWholeTableIsCounted() throws Exception {
        try (HotCalls calls = new HotCalls(fixture)) {
            settle(calls.writes());
            TableReads.Read read = new TableReads(fixture.jdbi)
                    .of(calls.session(), () -> calls.session().execute("select from holdfast.log where node = 7"));
            assertThat(read.scans()).isPositive();
            assertThat(read.rows()).isGreaterThan(ROWS_READ_MAX);
        }
    }
}
