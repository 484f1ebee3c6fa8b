/**
 * Metrics and spans of the engine, through the OpenTelemetry API.
 *
 * <p>What may enter: Instruments and spans. It observes; nothing in the engine depends on its results.
 *
 * <p>Where to begin: {@link dev.holdfast.engine.telemetry.EngineMetrics},
 * {@link dev.holdfast.engine.telemetry.Tracing}.
 */
@NullMarked
package dev.holdfast.engine.telemetry;

import org.jspecify.annotations.NullMarked;
