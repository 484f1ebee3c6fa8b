package dev.holdfast.engine.telemetry;

import dev.holdfast.admin.ThrowableText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;

/** A span that is current on the thread that started it; the same thread must close it. */
public record ActiveSpan(Span span, Scope scope) implements AutoCloseable {
    /** Reports nothing, and leaves the current span current. */
    static final ActiveSpan NONE = new ActiveSpan(Span.getInvalid(), Scope.noop());

    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("exception.type");
    private static final AttributeKey<String> MESSAGE = AttributeKey.stringKey("exception.message");
    private static final AttributeKey<String> STACK = AttributeKey.stringKey("exception.stacktrace");
    private static final int STACK_MAX = 16_000;

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

    /** Marks the span as failed, with the event that OpenTelemetry's conventions have for exceptions. */
    public void failed(Throwable thrown) {
        if (span.isRecording()) {
            String message = ThrowableText.message(thrown);
            span.addEvent(
                    "exception",
                    Attributes.of(
                            TYPE, thrown.getClass().getName(),
                            MESSAGE, message,
                            STACK, ThrowableText.stack(thrown, STACK_MAX)));
            span.setStatus(StatusCode.ERROR, message);
        }
    }

    @Override
    public void close() {
        scope.close();
        span.end();
    }
}
