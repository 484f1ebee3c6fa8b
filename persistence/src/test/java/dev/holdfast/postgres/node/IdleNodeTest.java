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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node costs that has nothing to do, with the default settings: counted by the server. */
@Timeout(90)
class IdleNodeTest {
    private static final Definition<Integer, Integer> WAITS = Definition.of("waits", 1, Integer.class, Integer.class);
    private static final Definition<Integer, Integer> HANGS = Definition.of("hangs", 1, Integer.class, Integer.class);
    private static final RetryPolicy HOUR =
            RetryPolicy.exponential(Duration.ofHours(1), 2).factor(1).jitter(0);
    private static final Duration WATCHED = Duration.ofSeconds(15);
    private static final Duration SETTLING = Duration.ofSeconds(12);
    private static final int TRANSACTIONS_A_SECOND = 5;
    private static final int MILLIS_A_SECOND = 20;
    private static final int UNREGISTERED = 4096;
    private static final int WAITING = 50;
    private static final int HANGING = 100;

    private static Holdfast start(TestDatabase database, CountDownLatch go) {
        return PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl()).nodeName("idle"))
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
                .start();
    }

    @Test
    void anIdleNodeTakesFewTransactionsWhateverCannotRun() throws Exception {
        measure(UNREGISTERED, 0, 0);
    }

    @Test
    @Tag("long")
    @Timeout(600)
    void anIdleNodeTakesFewTransactionsBesideAMillionSleepers() throws Exception {
        measure(2 * 10_240, 1_000_000, 300_000);
    }

    private static void measure(int unregistered, int sleeping, int dueElsewhere) throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        try (TestDatabase database = TestDatabase.migrated();
                Holdfast node = start(database, go)) {
            List<String> ids = Stream.generate(() -> node.submit(WAITS, 1).id())
                    .limit(WAITING)
                    .toList();
            Stream.generate(() -> node.submit(HANGS, 1).id()).limit(HANGING).forEach(id -> {});
            ids.forEach(
                    id -> Await.until("it waits", () -> node.admin().find(id).status() == WorkflowStatus.WAITING));
            addUndecidable(database);
            addUnregistered(database, unregistered);
            addOpen(database, 0, sleeping, "clock_timestamp() + interval '1 day'");
            addOpen(database, 256, dueElsewhere, "clock_timestamp() - interval '1 hour'");
            during(database, SETTLING); // an idle backend reports its count within 10 s
            Activity activity = during(database, WATCHED);
            go.countDown();
            System.out.println(activity + " in " + WATCHED);
            assertThat(activity.transactions())
                    .as("transactions in " + WATCHED)
                    .isPositive()
                    .isLessThanOrEqualTo(TRANSACTIONS_A_SECOND * WATCHED.toSeconds());
            assertThat(activity.millis())
                    .as("time of all statements in " + WATCHED)
                    .isLessThanOrEqualTo(MILLIS_A_SECOND * WATCHED.toSeconds());
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
    private static void addUnregistered(TestDatabase database, int number) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into holdfast.workflow (bucket, era, version, uid, definition, input)
                    select g %% 512, w.era, 7, gen_random_uuid(), 'nobodys', '1'
                    from generate_series(1, %d) g cross join (select era from holdfast.workflow limit 1) w;
                    insert into holdfast.open_workflow (due, bucket, era, uid, status)
                    select clock_timestamp() - interval '1 hour', bucket, era, uid, 'QUEUED'
                    from holdfast.workflow where definition = 'nobodys'""".formatted(number));
            String left = "select count(*) from holdfast.open_workflow where due < clock_timestamp() and bucket < 256";
            Await.until("they wait for their version", () -> one(statement, left) == 0);
            assertThat(one(
                            statement,
                            "select count(*) from holdfast.open_workflow where waits[1] = 'version:nobodys/7'"))
                    .isEqualTo(number / 2);
        }
    }

    private static void addOpen(TestDatabase database, int firstBucket, int number, String due) throws SQLException {
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    insert into holdfast.open_workflow (due, bucket, era, uid, status)
                    select %s, g %% 256 + %d, w.era, gen_random_uuid(), 'WAITING'
                    from generate_series(1, %d) g cross join (select era from holdfast.workflow limit 1) w
                    """.formatted(due, firstBucket, number));
        }
    }

    /** What the server did for a database. */
    private record Activity(long transactions, long millis) {
        Activity since(Activity before) {
            return new Activity(transactions - before.transactions, millis - before.millis);
        }
    }

    /** Asked by way of another database, so that asking does not count. */
    private static Activity during(TestDatabase database, Duration time) throws SQLException {
        String name = database.jdbcUrl().replaceFirst("^.*/([^/?]+)(\\?.*)?$", "$1");
        String other = database.jdbcUrl().replaceFirst("/" + name, "/postgres");
        try (Connection connection = TestNode.dataSource(other).getConnection();
                Statement statement = connection.createStatement()) {
            Activity before = activity(statement, name);
            Await.pass(time);
            return activity(statement, name).since(before);
        }
    }

    private static Activity activity(Statement statement, String database) {
        String of = " from pg_stat_database where datname = '" + database + "'";
        return new Activity(
                one(statement, "select xact_commit + xact_rollback" + of), one(statement, "select active_time" + of));
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
