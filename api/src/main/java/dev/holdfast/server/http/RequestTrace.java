package dev.holdfast.server.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the trace of a request from its headers traceparent and tracestate (https://www.w3.org/TR/trace-context/).
 * Malformed headers are ignored, as that standard requires. Stateless.
 */
public final class RequestTrace {
    private RequestTrace() {}

    public static Context of(ServerRequest request) {
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), request, Header.GETTER);
    }

    private enum Header implements TextMapGetter<ServerRequest> {
        GETTER;

        @Override
        public @Nullable String get(@Nullable ServerRequest request, String name) {
            return Objects.requireNonNull(request)
                    .headers()
                    .first(HeaderNames.create(name))
                    .orElse(null);
        }
    }
}
