package dev.holdfast.engine.telemetry;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;

/** A span that is current on the thread that started it, which ends it too. */
public record ActiveSpan(Span span, Scope scope) implements AutoCloseable {
    /** None: what is current stays so, and nothing is told. */
    static final ActiveSpan NONE = new ActiveSpan(Span.getInvalid(), Scope.noop());

    @SuppressWarnings("MustBeClosedChecker") // closed with this
    static ActiveSpan start(SpanBuilder builder) {
        Span span = builder.startSpan();
        return new ActiveSpan(span, span.makeCurrent());
    }

    /** The one that is current, which stays so, and is not this one's to end. */
    static ActiveSpan same() {
        return new ActiveSpan(Span.wrap(Span.current().getSpanContext()), Scope.noop());
    }

    /** What became of it, as the engine calls it. */
    public void outcome(String outcome) {
        span.setAttribute("holdfast.outcome", outcome);
    }

    /** It did not do what it was for. */
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
