package dev.holdfast.samples.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Definition;
import dev.holdfast.Holdfast;
import dev.holdfast.OverloadedException;
import dev.holdfast.Signal;
import dev.holdfast.Submission;
import dev.holdfast.Workflow;
import dev.holdfast.postgres.PostgresHoldfast;
import dev.holdfast.postgres.connect.PostgresConfig;
import dev.holdfast.samples.SamplePack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Case 21: 10,000 signals to one workflow that is not loaded, each sent twice: each is taken once. */
final class ManySignalsTest {
    private static final int SIGNALS = 9_900;
    private static final Definition<Integer, Long> COLLECT = Definition.of("collect", 1, Integer.class, Long.class);
    private static final Signal<Long> NUMBER = Signal.named("number", Long.class);
    private static final Signal<Boolean> BEGIN = Signal.named("begin", Boolean.class);

    private final AtomicInteger loads = new AtomicInteger();

    private final Workflow<Integer, Long> collect = (ctx, number) -> {
        loads.incrementAndGet();
        boolean unused = ctx.awaitSignal(BEGIN);
        long sum = 0;
        for (int i = 0; i < number; i++) {
            sum += ctx.awaitSignal(NUMBER);
        }
        return sum;
    };

    @Test
    @Tag("long")
    void eachIsTakenOnceAndFewLoadsAreNeeded() throws InterruptedException {
        try (Database database = Database.create();
                Holdfast node = start(database)) {
            var handle = node.submit(COLLECT, SIGNALS, Submission.id("one"));
            Eventually.until(
                    "it is unloaded",
                    () -> database.holds(
                            "select exists (select from holdfast.open_workflow where status = 'WAITING')"));
            long began = System.nanoTime();
            sendAll(node);
            Eventually.within(
                    Duration.ofMinutes(1),
                    "all are in the log",
                    () -> database.number("select count(*) from holdfast.log where event = 3") == SIGNALS);
            long millis = (System.nanoTime() - began) / 1_000_000;
            assertThat(loads).hasValue(1);
            node.signal("one", BEGIN, true);
            assertThat(handle.result(Duration.ofMinutes(2))).isEqualTo((long) SIGNALS * (SIGNALS - 1) / 2);
            System.out.printf(
                    "%,d signals, each sent twice: in the log after %,d ms, taken after %,d ms, loads %d%n",
                    SIGNALS, millis, (System.nanoTime() - began) / 1_000_000, loads.get());
            assertThat(loads.get()).isLessThanOrEqualTo(3);
            assertThat(database.number("select count(*) from holdfast.inbox")).isZero();
            new Invariants(database).requireAtRest();
        }
    }

    private Holdfast start(Database database) {
        Holdfast.Builder builder =
                PostgresHoldfast.on(PostgresConfig.of(database.jdbcUrl()).nodeName("node"));
        SamplePack.register(builder, database.ledger(), false);
        return builder.register(COLLECT, collect).start();
    }

    private static void sendAll(Holdfast node) throws InterruptedException {
        Semaphore slots = new Semaphore(128);
        var failures = ConcurrentHashMap.<Throwable>newKeySet();
        List<Thread> senders = new ArrayList<>();
        for (int i = 0; i < 2 * SIGNALS; i++) {
            long number = i % SIGNALS;
            slots.acquire();
            senders.add(Thread.ofVirtual().start(() -> {
                try {
                    send(node, number);
                } catch (RuntimeException | Error e) {
                    failures.add(e);
                } finally {
                    slots.release();
                }
            }));
        }
        for (Thread sender : senders) {
            sender.join();
        }
        assertThat(failures).isEmpty();
    }

    /** Again while this node has too much to do. */
    private static void send(Holdfast node, long number) {
        while (true) {
            try {
                node.signal("one", NUMBER, number, "key-" + number);
                return;
            } catch (OverloadedException e) {
                boolean unused = Eventually.happens(Duration.ofMillis(20), () -> false);
            }
        }
    }
}
