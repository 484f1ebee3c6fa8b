package dev.holdfast.server.auth;

import dev.holdfast.admin.RequestContext;
import dev.holdfast.server.http.RequestId;
import dev.holdfast.server.http.RequestMetrics;
import dev.holdfast.server.http.RequestTrace;
import io.helidon.webserver.http.ServerRequest;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.util.Map;
import java.util.Optional;

/** What the audit has of a request. Stateless. */
public final class RequestContexts {
    private RequestContexts() {}

    /** Of one whose arguments are told elsewhere, or that has none. */
    public static RequestContext of(ServerRequest request) {
        return of(request, Map.of());
    }

    /** {@code arguments} are what was asked for, by name, without secrets and payloads. */
    public static RequestContext of(ServerRequest request, Map<String, String> arguments) {
        SpanContext trace = Span.fromContext(RequestTrace.of(request)).getSpanContext();
        return new RequestContext(
                request.context().get(Caller.class).map(caller -> caller.role().name()),
                RequestMetrics.route(request)
                        .map(path -> request.prologue().method().text() + " " + path),
                arguments,
                Optional.of(RequestId.of(request).text()),
                trace.isValid() ? Optional.of(trace.getTraceId()) : Optional.empty());
    }
}
