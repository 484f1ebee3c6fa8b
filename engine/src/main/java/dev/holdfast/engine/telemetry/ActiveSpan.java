package dev.holdfast.engine.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;

/** A span that is current on the thread that started it, which ends it too. */
public record ActiveSpan(Span span, Scope scope) implements AutoCloseable {
    /** No span: the current one stays current, and nothing is reported. */
    static final ActiveSpan NONE = new ActiveSpan(Span.getInvalid(), Scope.noop());

    @SuppressWarnings("MustBeClosedChecker") // closed with this
    static ActiveSpan start(SpanBuilder builder) {
        Span span = builder.startSpan();
        return new ActiveSpan(span, span.makeCurrent());
    }

    /** The current span, which stays current and is ended by its owner. */
    static ActiveSpan same() {
        return new ActiveSpan(Span.wrap(Span.current().getSpanContext()), Scope.noop());
    }

    /** Sets the outcome, by the engine's name for it. */
    public void outcome(String outcome) {
        span.setAttribute("holdfast.outcome", outcome);
    }

    /** Marks the span as failed. */
    public void failed(Throwable thrown) {
        span.recordException(thrown);
        span.setStatus(StatusCode.ERROR, String.valueOf(thrown.getMessage()));
    }

    @Override
    public void close() {
        scope.close();
        span.end();
    }
}
