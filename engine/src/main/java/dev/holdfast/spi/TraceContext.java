package dev.holdfast.spi;

import org.jspecify.annotations.Nullable;

/**
 * The trace that a workflow belongs to, as it is kept with it, so that work on another node, or after a restart,
 * belongs to it too. Both in the form of W3C Trace Context, https://www.w3.org/TR/trace-context/. Immutable.
 *
 * @param tracestate what vendors add, null where they add nothing
 */
public record TraceContext(String traceparent, @Nullable String tracestate) {}
