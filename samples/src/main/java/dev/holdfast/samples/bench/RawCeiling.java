package dev.holdfast.samples.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/**
 * Measures the raw ceiling: how many durable rows a second one writer connection takes from N closed-loop producers on
 * this machine. Each producer waits until its row is committed before it sends the next. The writer drains its queue
 * without a timer: one UNNEST insert, one commit. The benchmark compares with it, so its algorithm must not change.
 */
final class RawCeiling {
    private static final int MAX_BATCH = 1024;
    private static final int SAMPLES_MAX = 1 << 16;

    private record Row(int bucket, long workflow, int seq, byte[] payload, long born, CompletableFuture<Void> done) {}

    /** The measured throughput and latency. */
    record Result(int producers, double rowsPerSecond, double commitsPerSecond, double p50Millis, double p99Millis) {}

    private final BlockingQueue<Row> queue = new LinkedBlockingQueue<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicBoolean measuring = new AtomicBoolean();
    private final LongAdder rows = new LongAdder();
    private final LongAdder commits = new LongAdder();
    private final Queue<long[]> samples = new ConcurrentLinkedQueue<>();
    private final AtomicLong workflows = new AtomicLong();
    private final byte[] payload = new byte[150];

    private RawCeiling() {
        new Random(1).nextBytes(payload);
    }

    /** Measures for this many seconds after a warm-up of two. */
    static Result run(DataSource dataSource, int producers, double seconds) throws SQLException, InterruptedException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("drop table if exists public.raw_ceiling");
            statement.execute("create table public.raw_ceiling (bucket int, workflow bigint, seq int, kind smallint,"
                    + " payload bytea, primary key (bucket, workflow, seq))");
            statement.execute("set synchronous_commit = on");
            Result result = new RawCeiling().measure(connection, producers, seconds);
            statement.execute("drop table public.raw_ceiling");
            return result;
        }
    }

    private Result measure(Connection connection, int producers, double seconds) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int producer = 0; producer < producers; producer++) {
            threads.add(Thread.ofVirtual().start(this::produce));
        }
        CompletableFuture<Void> writer = new CompletableFuture<>();
        threads.add(Thread.ofPlatform().start(() -> write(connection, writer)));
        Thread.sleep(2000);
        measuring.set(true);
        long began = System.nanoTime();
        Thread.sleep((long) (seconds * 1000));
        measuring.set(false);
        double took = (System.nanoTime() - began) / 1e9;
        stop.set(true);
        writer.join();
        for (Thread thread : threads) {
            thread.join();
        }
        long[] all = samples.stream().flatMapToLong(Arrays::stream).sorted().toArray();
        return new Result(
                producers,
                rows.sum() / took,
                commits.sum() / took,
                all[all.length / 2] / 1e6,
                all[all.length * 99 / 100] / 1e6);
    }

    private void produce() {
        long[] waits = new long[SAMPLES_MAX];
        int taken = 0;
        while (!stop.get()) {
            long workflow = workflows.incrementAndGet();
            for (int seq = 0; seq < 10 && !stop.get(); seq++) {
                Row row = new Row(
                        (int) (workflow & 63), workflow, seq, payload, System.nanoTime(), new CompletableFuture<>());
                queue.add(row);
                row.done().join();
                if (measuring.get() && taken < waits.length) {
                    waits[taken++] = System.nanoTime() - row.born();
                }
            }
        }
        samples.add(Arrays.copyOf(waits, taken));
    }

    private void write(Connection connection, CompletableFuture<Void> ended) {
        List<Row> batch = new ArrayList<>(MAX_BATCH);
        try (PreparedStatement insert = connection.prepareStatement("insert into public.raw_ceiling"
                + " select * from unnest(?::int[], ?::bigint[], ?::int[], ?::smallint[], ?::bytea[])")) {
            while (true) {
                batch.clear();
                Row first = queue.poll(50, TimeUnit.MILLISECONDS);
                if (first == null) {
                    if (stop.get()) {
                        ended.complete(null);
                        return;
                    }
                    continue;
                }
                batch.add(first);
                queue.drainTo(batch, MAX_BATCH - 1);
                insert(connection, insert, batch);
                if (measuring.get()) {
                    rows.add(batch.size());
                    commits.increment();
                }
                batch.forEach(row -> row.done().complete(null));
            }
        } catch (SQLException | InterruptedException e) {
            stop.set(true);
            batch.addAll(queue);
            batch.forEach(row -> row.done().completeExceptionally(e));
            ended.completeExceptionally(e);
        }
    }

    private static void insert(Connection connection, PreparedStatement insert, List<Row> batch) throws SQLException {
        int size = batch.size();
        Integer[] bucket = new Integer[size];
        Integer[] seq = new Integer[size];
        long[] workflow = new long[size];
        short[] kind = new short[size];
        byte[][] payload = new byte[size][];
        for (int i = 0; i < size; i++) {
            Row row = batch.get(i);
            bucket[i] = row.bucket();
            workflow[i] = row.workflow();
            seq[i] = row.seq();
            kind[i] = 1;
            payload[i] = row.payload();
        }
        PGConnection driver = connection.unwrap(PGConnection.class);
        insert.setArray(1, connection.createArrayOf("int4", bucket));
        insert.setArray(2, driver.createArrayOf("int8", workflow));
        insert.setArray(3, connection.createArrayOf("int4", seq));
        insert.setArray(4, driver.createArrayOf("int2", kind));
        insert.setArray(5, driver.createArrayOf("bytea", payload));
        insert.executeUpdate();
    }
}
