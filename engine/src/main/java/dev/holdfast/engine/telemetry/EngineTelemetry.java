package dev.holdfast.engine.telemetry;

import io.opentelemetry.api.OpenTelemetry;

/** The metrics and spans of an engine, and their receiver. Immutable. */
public record EngineTelemetry(EngineMetrics metrics, Tracing tracing, OpenTelemetry receiver) {
    public static EngineTelemetry of(OpenTelemetry telemetry) {
        return new EngineTelemetry(new EngineMetrics(telemetry), new Tracing(telemetry), telemetry);
    }
}
