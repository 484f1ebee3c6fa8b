package dev.holdfast.postgres;

import dev.holdfast.engine.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** Callers of which each calls again when its call has returned. */
public final class ClosedLoop {
    private ClosedLoop() {}

    /** What {@code counted} gains in a second while they call, after a while in which it does not count. */
    public static double rate(int callers, Runnable call, LongAdder counted, Duration warmUp, Duration measured)
            throws InterruptedException {
        AtomicBoolean stop = new AtomicBoolean();
        List<Thread> threads = Stream.generate(() -> Thread.ofVirtual().start(() -> {
                    while (!stop.get()) {
                        call.run();
                    }
                }))
                .limit(callers)
                .toList();
        Await.pass(warmUp);
        long before = counted.sum();
        long began = System.nanoTime();
        Await.pass(measured);
        double rate = (counted.sum() - before) / ((System.nanoTime() - began) / 1e9);
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        return rate;
    }
}
