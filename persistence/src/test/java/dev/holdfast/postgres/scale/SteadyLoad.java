package dev.holdfast.postgres.scale;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls at a fixed rate, however long each takes. The latency of a call counts from the moment at which it was due, so
 * that a pause of the caller is not left out.
 */
final class SteadyLoad implements AutoCloseable {
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();
    private final List<Thread> calls = new ArrayList<>();
    private final Thread pace;

    private SteadyLoad(Runnable call, Duration between) {
        this.pace = Thread.ofPlatform().name("steady-load").start(() -> run(call, between.toNanos()));
    }

    static SteadyLoad start(Runnable call, Duration between) {
        return new SteadyLoad(call, between);
    }

    private void run(Runnable call, long between) {
        long next = System.nanoTime();
        while (!stop.get()) {
            long due = next;
            calls.add(Thread.ofVirtual().start(() -> {
                call.run();
                nanos.add(System.nanoTime() - due);
            }));
            next += between;
            while (!stop.get() && System.nanoTime() - next < 0) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
        }
    }

    /** Waits for the calls that have begun; returns how long each took, the shortest first. */
    Latencies end() throws InterruptedException {
        close();
        pace.join();
        for (Thread call : calls) {
            call.join();
        }
        if (nanos.size() < calls.size()) {
            throw new AssertionError(calls.size() - nanos.size() + " of " + calls.size() + " calls failed");
        }
        return new Latencies(nanos.stream().mapToLong(Long::longValue).sorted().toArray());
    }

    @Override
    public void close() {
        stop.set(true);
        LockSupport.unpark(pace);
    }

    /** Sorted latencies. */
    static final class Latencies {
        private final long[] nanos;

        private Latencies(long[] nanos) {
            this.nanos = nanos;
        }

        double millis(double quantile) {
            return nanos[(int) Math.ceil(quantile * nanos.length) - 1] / 1e6;
        }

        @Override
        public String toString() {
            return "%d calls, p50 %.1f ms, p99 %.1f ms, at most %.1f ms"
                    .formatted(nanos.length, millis(0.5), millis(0.99), millis(1));
        }
    }
}
