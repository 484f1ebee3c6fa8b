package dev.holdfast.server;

import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/**
 * The metrics of an OpenTelemetry SDK, for {@code /metrics} of a {@link HoldfastServer}. An application registers it
 * with the SDK that it gives to {@code Holdfast.Builder.telemetry}, and passes it to
 * {@link HoldfastServer.Builder#metrics}. All metrics of that SDK are served, not only those of Holdfast. One instance
 * is for one SDK. Safe for all threads.
 *
 * <pre>{@code
 * ServedMetrics metrics = new ServedMetrics();
 * SdkMeterProvider meters = SdkMeterProvider.builder().registerMetricReader(metrics).build();
 * }</pre>
 */
public final class ServedMetrics implements MetricReader {
    private final PrometheusMetricReader reader =
            PrometheusMetricReader.builder().setOtelScopeLabelsEnabled(false).build();

    /** The current values; none before an SDK has registered this reader. */
    MetricSnapshots snapshots() {
        return reader.collect();
    }

    @Override
    public void register(CollectionRegistration registration) {
        reader.register(registration);
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
        return reader.getAggregationTemporality(type);
    }

    @Override
    public Aggregation getDefaultAggregation(InstrumentType type) {
        return reader.getDefaultAggregation(type);
    }

    @Override
    public MemoryMode getMemoryMode() {
        return reader.getMemoryMode();
    }

    @Override
    public CompletableResultCode forceFlush() {
        return reader.forceFlush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return reader.shutdown();
    }
}
