package dev.holdfast.postgres.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.engine.Await;
import dev.holdfast.postgres.ClosedLoop;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.TestDatabase;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.postgres.jdbc.JdbiFactory;
import dev.holdfast.postgres.scale.SteadyLoad.Latencies;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code -Dholdfast.timers} workflows sleep on one node and become due within one second: each runs once and none
 * early, about as fast as submitted work, and other workflows are hardly delayed.
 */
@Tag("long")
@Timeout(3_600)
class TimersTest {
    private static final int TIMERS = Integer.getInteger("holdfast.timers", 1_000_000);
    private static final int CALLERS = 64;
    private static final int SUBMITTERS = 256;
    /** Sleepers are accepted faster than workflows are run. */
    private static final double ACCEPTED_SHARE = 0.8;

    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration MEASURED = Duration.ofSeconds(30);
    private static final Duration BETWEEN_OTHERS = Duration.ofMillis(100);
    private static final Duration BETWEEN_COUNTS = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(20);
    private static final double SHARE_MIN = 0.5;
    private static final double DELAY_MAX = 2;
    private static final String VALUE = "x".repeat(100);

    private static final Definition<Timer, String> TIMER = Definition.of("timer", 1, Timer.class, String.class);
    private static final Definition<String, String> WORK = Definition.of("work", 1, String.class, String.class);
    private static final Definition<String, String> OTHER = Definition.of("other", 1, String.class, String.class);

    @RegisterExtension
    private final TestDatabase database = TestDatabase.migrated();

    private final Jdbi jdbi = JdbiFactory.on(database.dataSource());
    private final AtomicIntegerArray runs = new AtomicIntegerArray(TIMERS);
    private final LongAdder ran = new LongAdder();
    private final LongAdder early = new LongAdder();
    private final LongAdder worked = new LongAdder();
    private final AtomicLong lastNanos = new AtomicLong();

    private record Timer(int number, Instant due) {}

    @Test
    void aMillionTimersInOneSecondAreNeitherLostNorEarlyNorInTheWay() throws InterruptedException {
        try (Holdfast node = start()) {
            Runnable work = () -> node.submit(WORK, VALUE).result(Duration.ofMinutes(1));
            Runnable other = () -> node.submit(OTHER, VALUE).result(Duration.ofMinutes(5));
            ClosedLoop.rate(CALLERS, work, worked, WARM_UP, Duration.ofSeconds(1));
            double rate;
            Latencies beside;
            try (SteadyLoad others = SteadyLoad.start(other, BETWEEN_OTHERS)) {
                rate = ClosedLoop.rate(CALLERS, work, worked, Duration.ZERO, MEASURED);
                beside = others.end();
            }
            System.out.printf("W1, %d callers: %,.0f/s; others: %s%n", CALLERS, rate, beside);

            long heap = liveHeap();
            long began = System.nanoTime();
            Instant due = Instant.now()
                    .truncatedTo(ChronoUnit.SECONDS)
                    .plusSeconds(30 + (long) (TIMERS / (ACCEPTED_SHARE * rate)));
            submit(node, due);
            Await.until("all sleep", PATIENCE, () -> asleep() == TIMERS);
            assertThat(Instant.now()).as("all sleep before the first is due").isBefore(due.minusSeconds(5));
            System.out.printf(
                    "%,d sleep after %.0f s: %,d KiB more live heap%n",
                    TIMERS, (System.nanoTime() - began) / 1e9, (liveHeap() - heap) >> 10);

            Await.until("the time has come", PATIENCE, () -> !Instant.now().isBefore(due));
            long from = System.nanoTime();
            Latencies during;
            try (SteadyLoad others = SteadyLoad.start(other, BETWEEN_OTHERS)) {
                Await.until("all have run", PATIENCE, () -> ran.sum() >= TIMERS);
                during = others.end();
            }
            double drained = TIMERS / ((lastNanos.get() - from) / 1e9);
            System.out.printf("%,d timers in one second: %,.0f/s; others: %s%n", TIMERS, drained, during);
            Await.until("all have ended", PATIENCE, () -> open() == 0);

            assertThat(IntStream.range(0, TIMERS).filter(number -> runs.get(number) != 1))
                    .as("timers that did not run exactly once")
                    .isEmpty();
            assertThat(completed()).as("completed timers").isEqualTo(TIMERS);
            assertThat(early.sum()).as("early timers").isZero();
            assertThat(drained).as("timers a second").isGreaterThanOrEqualTo(SHARE_MIN * rate);
            assertThat(during.millis(0.99))
                    .as("p99 of others, which was %s", beside)
                    .isLessThanOrEqualTo(DELAY_MAX * beside.millis(0.99));
        }
    }

    private Holdfast start() {
        return PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl()).nodeName("timers"))
                .register(TIMER, (ctx, timer) -> {
                    ctx.sleepUntil(timer.due());
                    return ctx.step("call", String.class, step -> {
                        ring(timer);
                        return VALUE;
                    });
                })
                .register(
                        WORK,
                        (ctx, in) -> ctx.step("call", String.class, step -> {
                            worked.increment();
                            return in;
                        }))
                .register(OTHER, (ctx, in) -> ctx.step("call", String.class, step -> in))
                .start();
    }

    private void ring(Timer timer) {
        if (Instant.now().isBefore(timer.due())) {
            early.increment();
        }
        runs.incrementAndGet(timer.number());
        lastNanos.accumulateAndGet(System.nanoTime(), Math::max);
        ran.increment();
    }

    /** Spread evenly over the second. */
    private static void submit(Holdfast node, Instant due) throws InterruptedException {
        Semaphore slots = new Semaphore(SUBMITTERS);
        for (int i = 0; i < TIMERS; i++) {
            Timer timer = new Timer(i, due.plus(i * 1_000_000L / TIMERS, ChronoUnit.MICROS));
            slots.acquire();
            Thread.ofVirtual().start(() -> {
                try {
                    node.submit(TIMER, timer);
                } finally {
                    slots.release();
                }
            });
        }
        slots.acquire(SUBMITTERS);
    }

    private long asleep() {
        return count("open_workflow where status = 'WAITING' and due > clock_timestamp()");
    }

    private long open() {
        return count("open_workflow");
    }

    private long completed() {
        return count("log l join holdfast.event_kind k on k.code = l.event and k.status = 'COMPLETED'"
                + " join holdfast.workflow w using (bucket, era, uid) where w.definition = 'timer'");
    }

    private long count(String rows) {
        Await.pass(BETWEEN_COUNTS);
        return jdbi.withHandle(handle -> handle.createQuery("select count(*) from holdfast." + rows)
                .mapTo(Long.class)
                .one());
    }

    /** After a collection, which the default collector does at once. */
    private static long liveHeap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
