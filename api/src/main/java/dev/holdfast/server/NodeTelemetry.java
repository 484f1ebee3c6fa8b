package dev.holdfast.server;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.prometheus.PrometheusMetricReader;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Where a node's metrics and traces go: metrics to whoever asks {@code /metrics}, and both to where the OTEL_*
 * variables of the environment say (https://opentelemetry.io/docs/languages/java/configuration/). Nothing is sent
 * unless they ask for it; then a caller's trace is passed on, and no other is made. Closed last, so that the end of a
 * node is reported.
 */
public final class NodeTelemetry implements AutoCloseable {
    /** What the environment does not say. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.service.name", "holdfast",
            "otel.traces.exporter", "none",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none");

    private final OpenTelemetrySdk sdk;
    private final PrometheusMetricReader reader;
    private final boolean traces;

    private NodeTelemetry(OpenTelemetrySdk sdk, PrometheusMetricReader reader, boolean traces) {
        this.sdk = sdk;
        this.reader = reader;
        this.traces = traces;
    }

    /** As the environment says. Throws {@code ConfigurationException} for what it says wrong. */
    public static NodeTelemetry start() {
        PrometheusMetricReader reader = PrometheusMetricReader.builder()
                .setOtelScopeLabelsEnabled(false)
                .build();
        AtomicBoolean traces = new AtomicBoolean();
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook() // the node closes it
                .addPropertiesSupplier(() -> DEFAULTS)
                .addMeterProviderCustomizer((builder, config) -> builder.registerMetricReader(reader))
                .addTracerProviderCustomizer((builder, config) -> {
                    traces.set(!"none".equals(config.getString("otel.traces.exporter")));
                    return builder;
                })
                .build()
                .getOpenTelemetrySdk();
        return new NodeTelemetry(sdk, reader, traces.get());
    }

    /** For the engine, and whoever else has something to report. */
    public OpenTelemetry openTelemetry() {
        return traces ? sdk : new MetricsOnly(sdk.getMeterProvider(), sdk.getPropagators());
    }

    /** As of now. */
    MetricSnapshots metrics() {
        return reader.collect();
    }

    @Override
    public void close() {
        sdk.close();
    }

    /** Spans that nobody would see are not made. */
    private record MetricsOnly(MeterProvider meters, ContextPropagators propagators) implements OpenTelemetry {
        @Override
        public MeterProvider getMeterProvider() {
            return meters;
        }

        @Override
        public TracerProvider getTracerProvider() {
            return TracerProvider.noop();
        }

        @Override
        public ContextPropagators getPropagators() {
            return propagators;
        }
    }
}
