package dev.holdfast.postgres.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongHistogram;
import io.opentelemetry.api.metrics.Meter;
import java.util.List;

/** The counters and histograms of the store; docs/metrics.md explains them. Safe for all threads. */
public final class StoreMetrics {
    private static final List<Long> RECORDS = List.of(1L, 2L, 4L, 8L, 16L, 32L, 64L, 128L, 256L, 512L, 1_024L);
    /** Histogram bounds of commits, which take from half a millisecond to the length of an outage. */
    private static final List<Double> SECONDS = List.of(
            0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0);

    private static final double NANOS = 1e9;

    private final LongHistogram batchRecords;
    private final DoubleHistogram batchDuration;
    private final DoubleHistogram commitDuration;
    private final LongCounter takenOver;
    private final LongCounter fenced;
    private final LongCounter outages;

    public StoreMetrics(OpenTelemetry telemetry) {
        Meter meter = telemetry.getMeter("dev.holdfast");
        this.batchRecords = meter.histogramBuilder("holdfast.batch.records")
                .ofLongs()
                .setUnit("{record}")
                .setDescription("Log records in one commit")
                .setExplicitBucketBoundariesAdvice(RECORDS)
                .build();
        this.batchDuration = seconds(meter, "holdfast.batch.duration", "One call of a writer with its commit");
        this.commitDuration = seconds(
                meter,
                "holdfast.commit.duration",
                "For each commit, the longest wait of a record, from the queue to the commit");
        this.takenOver = counter(
                meter,
                "holdfast.buckets.taken_over",
                "{bucket}",
                "Buckets taken over from nodes that were declared dead or replaced");
        this.fenced = counter(meter, "holdfast.fenced", "{time}", "Times that this process lost its ownership");
        this.outages = counter(meter, "holdfast.database.outages", "{outage}", "Outages of the database");
    }

    private static DoubleHistogram seconds(Meter meter, String name, String description) {
        return meter.histogramBuilder(name)
                .setUnit("s")
                .setDescription(description)
                .setExplicitBucketBoundariesAdvice(SECONDS)
                .build();
    }

    /** Exports 0 from the beginning, so that the first increment shows as a change. */
    private static LongCounter counter(Meter meter, String name, String unit, String description) {
        LongCounter counter = meter.counterBuilder(name)
                .setUnit(unit)
                .setDescription(description)
                .build();
        counter.add(0);
        return counter;
    }

    /** Records a committed batch: its size, the time of its call, and the wait of its oldest record. */
    public void committed(int records, long callNanos, long waitNanos) {
        batchRecords.record(records);
        batchDuration.record(callNanos / NANOS);
        commitDuration.record(waitNanos / NANOS); // once per commit, on the writer's thread
    }

    public void takenOver(int buckets) {
        takenOver.add(buckets);
    }

    public void fenced() {
        fenced.add(1);
    }

    public void outage() {
        outages.add(1);
    }
}
