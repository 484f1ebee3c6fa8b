package dev.holdfast.engine.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;

/** A span that is current on the thread that started it; the same thread must close it. */
public record ActiveSpan(Span span, Scope scope) implements AutoCloseable {
    /** Reports nothing, and leaves the current span current. */
    static final ActiveSpan NONE = new ActiveSpan(Span.getInvalid(), Scope.noop());

    @SuppressWarnings("MustBeClosedChecker") // closed with this
    static ActiveSpan start(SpanBuilder builder) {
        Span span = builder.startSpan();
        return new ActiveSpan(span, span.makeCurrent());
    }

    /** Returns the current span. It stays current, and closing this does not end it. */
    static ActiveSpan same() {
        return new ActiveSpan(Span.wrap(Span.current().getSpanContext()), Scope.noop());
    }

    /** Sets the outcome of the attempt, or of the run. */
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
