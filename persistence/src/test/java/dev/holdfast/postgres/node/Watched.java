package dev.holdfast.postgres.node;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;

/** Where a node of a test reports, and what it has reported. */
record Watched(OpenTelemetrySdk sdk, InMemorySpanExporter exported, InMemoryMetricReader metrics)
        implements AutoCloseable {
    static Watched start() {
        InMemorySpanExporter exported = InMemorySpanExporter.create();
        InMemoryMetricReader metrics = InMemoryMetricReader.create();
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(exported))
                        .build())
                .setMeterProvider(
                        SdkMeterProvider.builder().registerMetricReader(metrics).build())
                .build();
        return new Watched(sdk, exported, metrics);
    }

    /** Those of this name that have ended. */
    List<SpanData> ended(String name) {
        return exported.getFinishedSpanItems().stream()
                .filter(span -> span.getName().equals(name))
                .toList();
    }

    /** The only one of this name. */
    SpanData span(String name) {
        List<SpanData> spans = ended(name);
        if (spans.size() != 1) {
            throw new AssertionError("one span " + name + " was expected: " + exported.getFinishedSpanItems());
        }
        return spans.getFirst();
    }

    /** Over all labels. */
    long sum(String counter) {
        return metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals(counter))
                .flatMap(metric -> metric.getLongSumData().getPoints().stream())
                .mapToLong(LongPointData::getValue)
                .sum();
    }

    /** Of a gauge without labels; 0 before it was recorded. */
    double gauge(String name) {
        return metrics.collectAllMetrics().stream()
                .filter(metric -> metric.getName().equals(name))
                .flatMap(metric -> metric.getDoubleGaugeData().getPoints().stream())
                .mapToDouble(DoublePointData::getValue)
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() {
        sdk.close();
    }
}
