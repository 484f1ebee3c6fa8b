package dev.holdfast.engine.telemetry;

import dev.holdfast.Definition;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.TraceContext;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The spans of an engine: a submission, each time that a workflow is loaded, and each attempt of a step. A workflow
 * that waits has no span open. Without an SDK the trace of a caller is still passed on. Safe for all threads.
 */
public final class Tracing {
    private static final String TRACEPARENT = "traceparent";
    private static final String TRACESTATE = "tracestate";
    private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

    private final Tracer tracer;
    /** False without an SDK: then no span is made, and the current one stays. */
    private final boolean on;

    @SuppressWarnings("ReferenceEquality") // the API has one that does nothing
    Tracing(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer("dev.holdfast");
        this.on = telemetry.getTracerProvider() != TracerProvider.noop();
    }

    /** A child of the current span of the submitter's thread. */
    public ActiveSpan submission(Definition<?, ?> definition) {
        if (!on) {
            return ActiveSpan.same();
        }
        SpanBuilder span = tracer.spanBuilder("submit " + definition.name()).setSpanKind(SpanKind.PRODUCER);
        return ActiveSpan.start(withDefinition(span, definition));
    }

    /**
     * From the loading of a workflow until it ends or is unloaded. Log lines of its thread have the workflow and the
     * trace.
     */
    public ActiveSpan run(Definition<?, ?> definition, String workflowId, String node, @Nullable TraceContext trace) {
        MDC.put("workflow", workflowId);
        if (!on && trace == null) {
            return ActiveSpan.NONE;
        }
        SpanBuilder span = tracer.spanBuilder("run " + definition.name())
                .setSpanKind(SpanKind.CONSUMER)
                .setParent(parent(trace))
                .setAttribute("holdfast.workflow.id", workflowId)
                .setAttribute("holdfast.node", node);
        ActiveSpan active = ActiveSpan.start(withDefinition(span, definition));
        if (active.span().getSpanContext().isValid()) {
            MDC.put("traceId", active.span().getSpanContext().getTraceId());
            MDC.put("spanId", active.span().getSpanContext().getSpanId());
        }
        return active;
    }

    /** While the body runs; a child of the workflow's run. */
    public ActiveSpan attempt(Intent intent) {
        if (!on) {
            return ActiveSpan.NONE;
        }
        SpanBuilder span = tracer.spanBuilder("step " + intent.name())
                .setAttribute("holdfast.step.position", (long) intent.position().index())
                .setAttribute("holdfast.step.attempt", (long) intent.attempt())
                .setAttribute(
                        "holdfast.step.idempotency_key", intent.idempotencyKey().toString());
        return ActiveSpan.start(span);
    }

    private static SpanBuilder withDefinition(SpanBuilder span, Definition<?, ?> definition) {
        return span.setAttribute("holdfast.definition", definition.name())
                .setAttribute("holdfast.version", (long) definition.version());
    }

    /** The part of a span that is stored with its workflow; null without a trace. */
    public static @Nullable TraceContext context(ActiveSpan active) {
        Span span = active.span();
        if (!span.getSpanContext().isValid()) {
            return null;
        }
        Map<String, String> carrier = new HashMap<>();
        W3C.inject(
                Context.root().with(span),
                carrier,
                (map, key, value) -> Objects.requireNonNull(map).put(key, value));
        return new TraceContext(Objects.requireNonNull(carrier.get(TRACEPARENT)), carrier.get(TRACESTATE));
    }

    private static Context parent(@Nullable TraceContext trace) {
        return trace == null ? Context.root() : W3C.extract(Context.root(), trace, Kept.GETTER);
    }

    /** Reads the stored part of a span. */
    private enum Kept implements TextMapGetter<TraceContext> {
        GETTER;

        @Override
        public @Nullable String get(@Nullable TraceContext trace, String key) {
            TraceContext kept = Objects.requireNonNull(trace);
            return key.equals(TRACEPARENT) ? kept.traceparent() : kept.tracestate();
        }
    }
}
