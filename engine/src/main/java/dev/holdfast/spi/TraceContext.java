package dev.holdfast.spi;

import org.jspecify.annotations.Nullable;

/**
 * The trace of a workflow, stored with it, so that runs on other nodes and after a restart belong to the same trace.
 * Both parts in the form of W3C Trace Context, https://www.w3.org/TR/trace-context/. Immutable.
 *
 * @param tracestate the data of vendors; null if there is none
 */
public record TraceContext(String traceparent, @Nullable String tracestate) {}
