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

/** Builds the part of an audit row that describes the HTTP request. Stateless. */
public final class RequestContexts {
    private RequestContexts() {}

    /** For a request without arguments, or with arguments that are recorded elsewhere. */
    public static RequestContext of(ServerRequest request) {
        return of(request, Map.of());
    }

    /** {@code arguments} are the parameters by name, without secrets and payloads. */
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
