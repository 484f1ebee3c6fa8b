package dev.holdfast.server;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Metrics and traces of a node whose program has no OpenTelemetry SDK of its own. {@code /metrics} serves the metrics;
 * the OTEL_* variables of the environment (https://opentelemetry.io/docs/languages/java/configuration/) configure
 * exporters for both. By default nothing is exported: then the trace context of callers is propagated, but no spans are
 * created. Closed last, so that the shutdown of a node is reported. Safe for all threads.
 */
public final class NodeTelemetry implements AutoCloseable {
    /** Defaults for variables that are not set. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.service.name", "holdfast",
            "otel.traces.exporter", "none",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none");

    private final OpenTelemetrySdk sdk;
    private final ServedMetrics metrics;
    private final boolean traces;

    private NodeTelemetry(OpenTelemetrySdk sdk, ServedMetrics metrics, boolean traces) {
        this.sdk = sdk;
        this.metrics = metrics;
        this.traces = traces;
    }

    /** Reads the environment. Throws {@code ConfigurationException} for an invalid variable. */
    public static NodeTelemetry start() {
        ServedMetrics metrics = new ServedMetrics();
        AtomicBoolean traces = new AtomicBoolean();
        OpenTelemetrySdk sdk = AutoConfiguredOpenTelemetrySdk.builder()
                .disableShutdownHook() // the node closes the SDK
                .addPropertiesSupplier(() -> DEFAULTS)
                .addMeterProviderCustomizer((builder, config) -> builder.registerMetricReader(metrics))
                .addTracerProviderCustomizer((builder, config) -> {
                    traces.set(!"none".equals(config.getString("otel.traces.exporter")));
                    return builder;
                })
                .build()
                .getOpenTelemetrySdk();
        return new NodeTelemetry(sdk, metrics, traces.get());
    }

    /** The instance that the engine and the server report to. */
    public OpenTelemetry openTelemetry() {
        return traces ? sdk : new MetricsOnly(sdk.getMeterProvider(), sdk.getPropagators());
    }

    /** The metrics that {@link #openTelemetry} receives. */
    public ServedMetrics metrics() {
        return metrics;
    }

    @Override
    public void close() {
        sdk.close();
    }

    /** Creates no spans, because no exporter would receive them. */
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
