package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.RetryPolicy;
import dev.holdfast.Step;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.TestNode;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node costs that has nothing to do, with the default settings: counted by the server. */
@Timeout(90)
class IdleNodeTest {
    private static final Definition<Integer, Integer> WAITS = Definition.of("waits", 1, Integer.class, Integer.class);
    private static final Definition<Integer, Integer> HANGS = Definition.of("hangs", 1, Integer.class, Integer.class);
    private static final RetryPolicy HOUR =
            new RetryPolicy(Duration.ofHours(1), 1, Duration.ofHours(1), 0, 2, List.of());
    private static final Duration WATCHED = Duration.ofSeconds(15);
    private static final Duration SETTLING = Duration.ofSeconds(12);
    private static final int TRANSACTIONS_A_SECOND = 5;
    private static final int WAITING = 50;
    private static final int HANGING = 100;

    @Test
    void anIdleNodeTakesFewTransactionsWhateverCannotRun() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (TestDatabase database = TestDatabase.migrated();
                Holdfast node = PostgresHoldfast.on(
                                PostgresConfig.of(database.jdbcUrl()).nodeName("idle"))
                        .register(
                                WAITS,
                                (ctx, input) -> ctx.step(Step.named("call").retry(HOUR), Integer.class, step -> {
                                    throw new IllegalStateException("not now");
                                }))
                        .register(
                                HANGS,
                                (ctx, input) -> ctx.step("call", Integer.class, step -> {
                                    go.await();
                                    return input;
                                }))
                        .start()) {
            List<String> ids = Stream.generate(() -> node.submit(WAITS, 1).id())
                    .limit(WAITING)
                    .toList();
            Stream.generate(() -> node.submit(HANGS, 1).id()).limit(HANGING).forEach(id -> {});
            ids.forEach(
                    id -> Await.until("it waits", () -> node.admin().find(id).status() == WorkflowStatus.WAITING));
            addUndecidable(database);
            addUnregistered(database);
            during(database, SETTLING); // an idle backend reports its count within 10 s
            long transactions = during(database, WATCHED);
            go.countDown();
            assertThat(transactions)
                    .as("transactions in " + WATCHED)
                    .isPositive()
                    .isLessThanOrEqualTo(TRANSACTIONS_A_SECOND * WATCHED.toSeconds());
        }
    }

    /** Cancels of workflows that are in a body. */
    private static void addUndecidable(TestDatabase database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            int added = statement.executeUpdate("""
                    insert into holdfast.inbox (id, uid, bucket, era, kind, target, actor)
                    select gen_random_uuid(), w.uid, w.bucket, w.era, 'CANCEL', 'it', 'somebody'
                    from holdfast.workflow w cross join generate_series(1, 50) g where w.definition = 'hangs'""");
            assertThat(added).isEqualTo(50 * HANGING);
        }
    }

    /** Workflows of a definition that nobody has, due here and elsewhere. */
    private static void addUnregistered(TestDatabase database) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into holdfast.workflow (bucket, era, version, uid, definition, input)
                    select g % 512, w.era, 7, gen_random_uuid(), 'nobodys', '1'
                    from generate_series(1, 4096) g cross join (select era from holdfast.workflow limit 1) w;
                    insert into holdfast.open_workflow (due, bucket, era, uid, status)
                    select clock_timestamp() - interval '1 hour', bucket, era, uid, 'QUEUED'
                    from holdfast.workflow where definition = 'nobodys'""");
            String left = "select count(*) from holdfast.open_workflow where due < clock_timestamp() and bucket < 256";
            Await.until("they wait for their version", () -> one(statement, left) == 0);
            assertThat(one(
                            statement,
                            "select count(*) from holdfast.open_workflow where waits[1] = 'version:nobodys/7'"))
                    .isEqualTo(2048);
        }
    }

    /** Asked by way of another database, so that asking does not count. */
    private static long during(TestDatabase database, Duration time) throws SQLException {
        String name = database.jdbcUrl().replaceFirst("^.*/([^/?]+)(\\?.*)?$", "$1");
        String other = database.jdbcUrl().replaceFirst("/" + name, "/postgres");
        try (Connection connection = TestNode.dataSource(other).getConnection();
                Statement statement = connection.createStatement()) {
            String sql = "select xact_commit + xact_rollback from pg_stat_database where datname = '" + name + "'";
            long before = one(statement, sql);
            long until = System.nanoTime() + time.toNanos();
            Await.until("the time is over", () -> System.nanoTime() - until > 0);
            return one(statement, sql) - before;
        }
    }

    private static long one(Statement statement, String sql) {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}
