package dev.holdfast.server;

import dev.holdfast.RequestContext;
import io.helidon.webserver.http.ServerRequest;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Map;
import java.util.Optional;

/** What the audit has of a request. Stateless. */
final class RequestContexts {
    private RequestContexts() {}

    /** Of one whose arguments are told elsewhere, or that has none. */
    static RequestContext of(ServerRequest request) {
        return of(request, Map.of());
    }

    /** {@code arguments} are what was asked for, by name, without secrets and payloads. */
    static RequestContext of(ServerRequest request, Map<String, String> arguments) {
        SpanContext trace = Span.fromContext(CallersTrace.of(request)).getSpanContext();
        return new RequestContext(
                request.context().get(Caller.class).map(caller -> caller.role().name()),
                RequestMetrics.route(request)
                        .map(path -> request.prologue().method().text() + " " + path),
                arguments,
                Optional.of(RequestId.of(request).text()),
                trace.isValid() ? Optional.of(trace.getTraceId()) : Optional.empty());
    }
}
