package dev.holdfast.engine.execution;

import dev.holdfast.engine.telemetry.ActiveSpan;
import dev.holdfast.engine.telemetry.DefinitionMetrics;
import dev.holdfast.engine.telemetry.Tracing;
import dev.holdfast.spi.HistoryEvent.Intent;
import java.util.function.Supplier;

/** Records metrics and spans for the attempts of one workflow. Used by the workflow's thread. */
final class AttemptTelemetry {
    private final Tracing tracing;
    private final DefinitionMetrics metrics;
    private final long acceptedNanos;

    AttemptTelemetry(Tracing tracing, DefinitionMetrics metrics, long acceptedNanos) {
        this.tracing = tracing;
        this.metrics = metrics;
        this.acceptedNanos = acceptedNanos;
    }

    /** Calls the body in a span of its own. An error that unwinds the workflow is not counted as an attempt. */
    <T> AttemptResult<T> attempt(Intent intent, Supplier<AttemptResult<T>> body) {
        long began = System.nanoTime();
        if (intent.position().isMain() && intent.position().index() == 0 && intent.attempt() == 1) {
            metrics.firstStep(began - acceptedNanos);
        }
        try (ActiveSpan span = tracing.attempt(intent)) {
            AttemptResult<T> result = body.get();
            if (!(result instanceof AttemptResult.NotBegun<T>)) {
                metrics.attempted(result.outcome().state(), System.nanoTime() - began);
            }
            span.outcome(result.outcome().state().label());
            if (result instanceof AttemptResult.Failed<T> failed) {
                span.failed(failed.thrown());
            }
            return result;
        }
    }
}
