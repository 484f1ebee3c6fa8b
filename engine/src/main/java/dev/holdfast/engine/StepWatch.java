package dev.holdfast.engine;

import dev.holdfast.spi.Entry.Intent;
import java.util.function.Supplier;

/** Watches the bodies of one workflow's steps. Used by the workflow's thread. */
final class StepWatch {
    private final Tracing tracing;
    private final DefinitionMetrics metrics;
    private final long acceptedNanos;

    StepWatch(Tracing tracing, DefinitionMetrics metrics, long acceptedNanos) {
        this.tracing = tracing;
        this.metrics = metrics;
        this.acceptedNanos = acceptedNanos;
    }

    /** Calls it, in a span of its own. What unwinds the workflow is no outcome of the attempt. */
    <T> Attempted<T> attempt(Intent intent, Supplier<Attempted<T>> body) {
        long began = System.nanoTime();
        if (intent.position() == 0 && intent.attempt() == 1) {
            metrics.firstStep(began - acceptedNanos);
        }
        try (ActiveSpan span = tracing.attempt(intent)) {
            Attempted<T> attempted = body.get();
            metrics.attempted(attempted.outcome().state(), System.nanoTime() - began);
            span.outcome(attempted.outcome().state().label());
            if (attempted instanceof Attempted.Failed<T> failed) {
                span.failed(failed.thrown());
            }
            return attempted;
        }
    }
}
