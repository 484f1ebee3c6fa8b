package dev.holdfast.engine.telemetry;

import dev.holdfast.Definition;
import dev.holdfast.admin.DefinitionVersion;
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
 * Makes the spans of an engine: one for each submission, each run of a loaded workflow, and each attempt of a step. A
 * waiting workflow has no open span. Without an SDK, the trace of a caller is still passed on. Safe for all threads.
 */
public final class Tracing {
    private static final String TRACEPARENT = "traceparent";
    private static final String TRACESTATE = "tracestate";
    private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

    private final Tracer tracer;
    /** False without an SDK: then no spans are made, except to pass a stored trace on to a run. */
    private final boolean on;

    @SuppressWarnings("ReferenceEquality") // the API has one provider that does nothing
    Tracing(OpenTelemetry telemetry) {
        this.tracer = telemetry.getTracer("dev.holdfast");
        this.on = telemetry.getTracerProvider() != TracerProvider.noop();
    }

    /** Starts the span of a submission, as a child of the current span of the submitter's thread. */
    public ActiveSpan submission(DefinitionVersion definition) {
        if (!on) {
            return ActiveSpan.same();
        }
        SpanBuilder span =
                tracer.spanBuilder("submit " + definition.definition()).setSpanKind(SpanKind.PRODUCER);
        return ActiveSpan.start(withDefinition(span, definition.definition(), definition.version()));
    }

    /**
     * Starts the span of a run, from the start of a workflow's thread until the workflow leaves this process. From now
     * on the log lines of this thread have the workflow and the trace.
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
        ActiveSpan active = ActiveSpan.start(withDefinition(span, definition.name(), definition.version()));
        if (active.span().getSpanContext().isValid()) {
            MDC.put("traceId", active.span().getSpanContext().getTraceId());
            MDC.put("spanId", active.span().getSpanContext().getSpanId());
        }
        return active;
    }

    /** Returns a task that runs on another thread with the current span and the log context of this one. */
    public static Runnable withThisTrace(Runnable task) {
        Map<String, String> logContext = MDC.getCopyOfContextMap();
        Runnable inSpan = Context.current().wrap(task);
        return () -> {
            if (logContext != null) {
                MDC.setContextMap(logContext);
            }
            inSpan.run();
        };
    }

    /** Starts the span of an attempt, as a child of the current span, which is that of the run. */
    public ActiveSpan attempt(Intent intent) {
        if (!on) {
            return ActiveSpan.NONE;
        }
        SpanBuilder span = tracer.spanBuilder("step " + intent.name())
                .setAttribute("holdfast.step.position", (long) intent.stepNumber())
                .setAttribute("holdfast.step.attempt", (long) intent.attempt())
                .setAttribute(
                        "holdfast.step.idempotency_key", intent.idempotencyKey().toString());
        if (!intent.position().isMain()) {
            span.setAttribute("holdfast.step.branch", intent.position().branch());
        }
        return ActiveSpan.start(span);
    }

    private static SpanBuilder withDefinition(SpanBuilder span, String name, int version) {
        return span.setAttribute("holdfast.definition", name).setAttribute("holdfast.version", (long) version);
    }

    /** Returns the part of a span that is stored with the workflow; null without a trace. */
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

    /** Reads the stored part of a span for the propagator. */
    private enum Kept implements TextMapGetter<TraceContext> {
        GETTER;

        @Override
        public @Nullable String get(@Nullable TraceContext trace, String key) {
            TraceContext kept = Objects.requireNonNull(trace);
            return key.equals(TRACEPARENT) ? kept.traceparent() : kept.tracestate();
        }
    }
}
