package dev.holdfast.engine;

import io.opentelemetry.api.OpenTelemetry;

/** What an engine tells those who watch it. */
record Telemetry(EngineMetrics metrics, Tracing tracing) {
    static Telemetry of(OpenTelemetry telemetry) {
        return new Telemetry(new EngineMetrics(telemetry), new Tracing(telemetry));
    }
}
