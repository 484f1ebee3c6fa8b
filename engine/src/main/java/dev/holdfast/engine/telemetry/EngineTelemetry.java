package dev.holdfast.engine.telemetry;

import io.opentelemetry.api.OpenTelemetry;

/** The metrics and traces of an engine. */
public record EngineTelemetry(EngineMetrics metrics, Tracing tracing) {
    public static EngineTelemetry of(OpenTelemetry telemetry) {
        return new EngineTelemetry(new EngineMetrics(telemetry), new Tracing(telemetry));
    }
}
