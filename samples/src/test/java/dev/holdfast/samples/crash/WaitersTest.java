package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.Submission;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a node with a small heap pays for those that wait: next to no memory, and no transactions. */
final class WaitersTest {
    private static final int OF_EACH = 10_000;
    private static final int AT_A_TIME = 64;
    private static final long MORE_BYTES_MAX = 20L << 20;
    private static final double TRANSACTIONS_A_SECOND_MAX = 5;
    private static final Duration LEASE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    /** An idle backend reports within 10 s what it did before. */
    private static final Duration SETTLING = Duration.ofSeconds(15);

    private static final Duration IDLE = Duration.ofSeconds(60);

    @Test
    @Tag("long")
    void tenThousandSleepersAndTenThousandWaitersCostNextToNothing() throws InterruptedException {
        try (Database database = Database.create();
                NodeProcess worker = NodeProcess.launch(database.jdbcUrl(), "worker", NodeProcess.HELD_FOR, LEASE)) {
            worker.awaitStarted();
            try (Holdfast gateway = PostgresHoldfast.on(
                            PostgresConfig.of(database.jdbcUrl()).nodeName("gateway"))
                    .start()) {
                submit(gateway, "probe.steps", "{\"steps\":1}");
                awaitOpen(database, "true", 0);
                worker.collectGarbage();
                long heap = worker.liveHeapBytes();
                long resident = worker.residentBytes();
                submit(gateway, "probe.sleep", "{\"millis\":86400000}");
                submit(gateway, "probe.wait", "{\"timeoutMillis\":86400000}");
                awaitOpen(database, "status = 'WAITING'", 2 * OF_EACH);
                worker.collectGarbage();
                long moreHeap = worker.liveHeapBytes() - heap;
                long moreResident = worker.residentBytes() - resident;
                System.out.printf(
                        "%,d sleepers and %,d waiters: %,d KiB more live heap, %,d KiB more resident%n",
                        OF_EACH, OF_EACH, moreHeap >> 10, moreResident >> 10);
                assertThat(moreHeap).isLessThanOrEqualTo(MORE_BYTES_MAX);
                assertThat(moreResident).isLessThanOrEqualTo(MORE_BYTES_MAX);
            }
            double rate = transactionsASecond(database);
            System.out.printf("an idle node with them: %.1f transactions a second%n", rate);
            assertThat(rate).isLessThanOrEqualTo(TRANSACTIONS_A_SECOND_MAX);
        }
    }

    private static void submit(Holdfast gateway, String type, String input) throws InterruptedException {
        Semaphore slots = new Semaphore(AT_A_TIME);
        List<Thread> submitters = new ArrayList<>();
        for (int i = 0; i < OF_EACH; i++) {
            slots.acquire();
            submitters.add(Thread.ofVirtual().start(() -> {
                try {
                    gateway.submitJson(type, input.getBytes(StandardCharsets.UTF_8), Submission.plain());
                } finally {
                    slots.release();
                }
            }));
        }
        for (Thread submitter : submitters) {
            submitter.join();
        }
    }

    private static void awaitOpen(Database database, String condition, long number) {
        Eventually.within(
                PATIENCE,
                number + " workflows are open with " + condition,
                () -> database.number("select count(*) from holdfast.open_workflow where " + condition) == number);
    }

    /** Without the statements of this test. */
    private static double transactionsASecond(Database database) {
        boolean unusedToo = Eventually.happens(SETTLING, () -> false);
        long began = System.nanoTime();
        long before = transactions(database);
        boolean unused = Eventually.happens(IDLE, () -> false);
        long after = transactions(database) - 1;
        return (after - before) / ((System.nanoTime() - began) / 1e9);
    }

    private static long transactions(Database database) {
        return database.number(
                "select xact_commit + xact_rollback from pg_stat_database where datname =" + " current_database()");
    }
}
