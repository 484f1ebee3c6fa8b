package dev.holdfast.postgres.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.engine.Await;
import dev.holdfast.postgres.wire.Action;
import dev.holdfast.postgres.wire.PgLink;
import dev.holdfast.postgres.wire.Request;
import dev.holdfast.spi.WorkflowKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Over several connections each log stays dense and in order, whatever becomes of the connections. */
@Timeout(120)
class WriterOrderTest {
    private static final System.Logger LOG = System.getLogger(WriterOrderTest.class.getName());
    private static final String HOLES = "select count(*) from holdfast.log l where l.seq > 1 and not exists"
            + " (select from holdfast.log f where f.bucket = l.bucket and f.uid = l.uid and f.seq = l.seq - 1)";
    private static final int WORKFLOWS = 150;
    private static final int RECORDS = 40;

    @RegisterExtension
    private final WriterFixture fixture = new WriterFixture();

    /** Puts in the next record at the worst moment: while the former one is in flight. */
    private static final class Feeding extends WorkflowMailbox {
        private final List<CompletableFuture<Void>> futures = new ArrayList<>();

        Feeding(CheckpointQueue queue, WorkflowKey key) {
            super(queue, key, 0, () -> {});
        }

        @Override
        public synchronized MailboxBatch take(Batch.Room room) {
            MailboxBatch part = super.take(room);
            next();
            return part;
        }

        synchronized Feeding next() {
            if (futures.isEmpty()) {
                futures.add(create(WriterFixture.creation(1, true)));
            }
            if (futures.size() <= RECORDS) {
                futures.add(record(FlushFixture.intent(futures.size(), "step-" + futures.size())));
            }
            return this;
        }

        synchronized boolean isOver() {
            return futures.size() > RECORDS && futures.stream().allMatch(CompletableFuture::isDone);
        }

        synchronized boolean isAllCommitted() {
            return futures.stream().noneMatch(CompletableFuture::isCompletedExceptionally);
        }
    }

    private void writeAll() {
        fixture.start(2);
        List<Feeding> mailboxes = Stream.generate(() -> new Feeding(fixture.queue, fixture.newKey()))
                .limit(WORKFLOWS)
                .toList();
        mailboxes.forEach(Feeding::next);
        Await.until("all records are written", () -> {
            assertThat(fixture.one(HOLES, Integer.class))
                    .as("records before their former ones")
                    .isZero();
            return mailboxes.stream().allMatch(Feeding::isOver);
        });
        assertThat(mailboxes).allMatch(Feeding::isAllCommitted);
        assertThat(fixture.lost).isEmpty();
        assertLogsAreDenseAndInOrder();
    }

    private void assertLogsAreDenseAndInOrder() {
        List<String> logs = fixture.all(
                "select string_agg(seq || ':' || name, ',' order by seq) from holdfast.log group by uid", String.class);
        String expected = String.join(
                ",",
                Stream.iterate(1, seq -> seq + 1)
                        .limit(RECORDS)
                        .map(seq -> seq + ":step-" + seq)
                        .toList());
        assertThat(logs).hasSize(WORKFLOWS).containsOnly(expected);
    }

    @Test
    void recordsPutInWhileTheFormerIsInFlightKeepTheirOrder() {
        writeAll();
        assertThat(fixture.flushes.stream().map(Request::link).distinct())
                .as("connections that carried batches")
                .hasSize(2);
    }

    @Test
    void aSlowConnectionDoesNotLetTheOtherOneOvertake() {
        Map<PgLink, Integer> batches = new ConcurrentHashMap<>();
        List<PgLink> slow = new ArrayList<>();
        fixture.onFlush(request -> {
            batches.merge(request.link(), 1, Integer::sum);
            synchronized (slow) {
                if (slow.isEmpty()) {
                    slow.add(request.link());
                }
            }
            if (slow.contains(request.link())) {
                LockSupport.parkNanos(20_000_000); // the delay of a bad network
            }
            return Action.FORWARD;
        });
        writeAll();
        assertThat(batches).hasSize(2);
    }

    @Test
    void connectionsCutBeforeAndAfterTheCommitLoseRepeatAndReorderNothing() {
        long seed = System.nanoTime();
        LOG.log(System.Logger.Level.INFO, "seed {0}", Long.toString(seed));
        AtomicInteger cuts = new AtomicInteger();
        fixture.onFlush(cutting(new Random(seed), cuts));
        writeAll();
        assertThat(cuts).as("seed %d", seed).hasPositiveValue();
    }

    /** The fourth batch is cut off, then about every tenth, eight at most. */
    private static Function<Request, Action> cutting(Random random, AtomicInteger cuts) {
        AtomicInteger seen = new AtomicInteger();
        return request -> {
            boolean chosen = seen.incrementAndGet() == 4 || random.nextInt(10) == 0;
            if (!chosen || cuts.get() >= 8) {
                return Action.FORWARD;
            }
            return cuts.incrementAndGet() % 2 == 0 ? Action.CUT_BEFORE : Action.CUT_AFTER;
        };
    }
}
