package dev.holdfast.samples.bench;

import dev.holdfast.Holdfast;
import dev.holdfast.samples.probe.StepsProbe;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * One run of a workload: callers in a closed loop, each on a virtual thread, that submit and wait for the result. Used
 * once, by one thread.
 */
final class Load {
    private static final Duration RESULT_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration STATISTICS_LAG = Duration.ofMillis(1_500);

    private final Holdfast holdfast;
    private final DataSource dataSource;
    private final Workload workload;
    private final int callers;
    private final Histogram nanos = new ConcurrentHistogram(3);
    private final AtomicBoolean measuring = new AtomicBoolean();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();

    Load(Holdfast holdfast, DataSource dataSource, Workload workload, int callers) {
        this.holdfast = holdfast;
        this.dataSource = dataSource;
        this.workload = workload;
        this.callers = callers;
    }

    /** Warms up, then measures. Workflows that end while the statistics are read are not counted. */
    Measurement run(Duration warmUp, Duration length) throws InterruptedException, SQLException {
        List<Thread> threads = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            threads.add(Thread.ofVirtual().start(this::call));
        }
        Thread.sleep(warmUp);
        Cost before = Cost.now(dataSource);
        long began = System.nanoTime();
        measuring.set(true);
        Thread.sleep(length);
        measuring.set(false);
        double seconds = (System.nanoTime() - began) / 1e9;
        Cost spent = Cost.now(dataSource).since(before);
        stop.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        if (failure.get() != null) {
            throw failure.get();
        }
        Thread.sleep(STATISTICS_LAG); // lets PostgreSQL publish the commits of this run before the next run reads them
        return measurement(seconds, spent);
    }

    private void call() {
        StepsProbe.Plan plan = new StepsProbe.Plan(workload.steps(), 100, 0, false);
        try {
            while (!stop.get()) {
                long began = System.nanoTime();
                holdfast.submit(StepsProbe.DEFINITION, plan).result(RESULT_TIMEOUT);
                if (measuring.get()) {
                    nanos.recordValue(System.nanoTime() - began);
                }
            }
        } catch (RuntimeException e) {
            failure.set(e);
            stop.set(true);
        }
    }

    private Measurement measurement(double seconds, Cost spent) {
        double workflows = nanos.getTotalCount();
        double steps = workflows * workload.steps();
        return new Measurement(
                workload,
                callers,
                workflows / seconds,
                steps / seconds,
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                spent.commits() / steps,
                spent.walBytes() / steps,
                spent.postgresNanos() / 1e3 / steps,
                spent.jvmNanos() / 1e3 / steps);
    }
}
