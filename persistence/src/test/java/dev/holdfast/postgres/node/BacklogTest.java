package dev.holdfast.postgres.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ClosedLoop;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Due workflows are taken up one page after the other, not one in an interval. */
@Timeout(600)
class BacklogTest {
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final int CALLERS = 64;
    private static final Duration MEASURED = Duration.ofSeconds(5);
    private static final double SHARE_MIN = 0.8;

    private final LongAdder ran = new LongAdder();

    private Holdfast start(TestDatabase database) {
        return PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl()).nodeName("backlog"))
                .register(
                        WORK,
                        (ctx, in) -> ctx.step("call", String.class, step -> {
                            ran.increment();
                            return in;
                        }))
                .start();
    }

    /** Accepted and not started, in the shape in which a node without a free slot leaves them. */
    private static void addDue(TestDatabase database, int number) {
        Jdbi jdbi = JdbiFactory.on(database.dataSource());
        jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.workflow (bucket, era, version, uid, definition, input)
                select g % 256, e.era, 1, (lpad(to_hex((extract(epoch from clock_timestamp()) * 1000)::bigint), 12, '0')
                    || '7000' || substr(md5(g::text || random()), 1, 16))::uuid, 'work',
                    convert_to('"' || repeat('x', 100) || '"', 'UTF8')
                from generate_series(1, ?) g
                cross join (select w.era from holdfast.workflow w where w.definition = 'work' limit 1) e""", number));
        jdbi.useHandle(handle -> handle.execute("""
                insert into holdfast.open_workflow (due, bucket, era, uid, status)
                select clock_timestamp(), w.bucket, w.era, w.uid, 'QUEUED' from holdfast.workflow w
                where not exists (select from holdfast.log l
                    where l.bucket = w.bucket and l.uid = w.uid and l.era = w.era)"""));
    }

    /** The bodies that run in a second until this many have run. */
    private double drain(int number) {
        ran.reset();
        Await.until("the first one runs", () -> ran.sum() > 0);
        long began = System.nanoTime();
        Await.until("all have run", Duration.ofMinutes(2), () -> ran.sum() >= number);
        return number / ((System.nanoTime() - began) / 1e9);
    }

    private double submitted(Holdfast node) throws InterruptedException {
        String input = "x".repeat(100);
        Runnable call = () -> node.submit(WORK, input).result(Duration.ofMinutes(1));
        return ClosedLoop.rate(CALLERS, call, ran, MEASURED, MEASURED); // compiles at first
    }

    @Test
    void aBacklogDoesNotWaitForIntervals() {
        try (TestDatabase database = TestDatabase.migrated();
                Holdfast node = start(database)) {
            node.submit(WORK, "first").result(Duration.ofMinutes(1));
            addDue(database, 5_000);
            assertThat(drain(5_000)).as("workflows a second").isGreaterThan(1_000);
        }
    }

    @Test
    @Tag("long")
    void aBacklogIsTakenUpAboutAsFastAsWorkIsAccepted() throws InterruptedException {
        try (TestDatabase database = TestDatabase.migrated();
                Holdfast node = start(database)) {
            double accepted = submitted(node);
            addDue(database, 100_000);
            double drained = drain(100_000);
            System.out.printf("64 callers: %,.0f/s; a backlog of 100,000: %,.0f/s%n", accepted, drained);
            assertThat(drained).isGreaterThan(SHARE_MIN * accepted);
        }
    }
}
