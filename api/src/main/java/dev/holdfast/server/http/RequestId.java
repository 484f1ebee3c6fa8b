package dev.holdfast.server.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * The id of a request in responses, log and audit: the caller's X-Request-Id, if it is safe to repeat, else a new one.
 * Immutable.
 */
public record RequestId(String text) {
    public static final HeaderName HEADER = HeaderNames.create("X-Request-Id");
    /** The field of log lines. */
    public static final String FIELD = "requestId";

    private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._:@-]{1,200}");

    /** Returns the same id for all calls of one request. */
    public static RequestId of(ServerRequest request) {
        return request.context().get(RequestId.class).orElseGet(() -> {
            RequestId id = of(request.headers());
            request.context().register(id);
            return id;
        });
    }

    /** Generates an id unless there is exactly one usable header. */
    public static RequestId of(Headers headers) {
        List<String> sent = headers.all(HEADER, List::of);
        boolean usable = sent.size() == 1 && USABLE.matcher(sent.getFirst()).matches();
        return new RequestId(usable ? sent.getFirst() : UUID.randomUUID().toString());
    }

    /** Filter that adds the id to all log lines of the request's thread. Stateless. */
    public static final class InLog implements Filter {
        @Override
        public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
            MDC.put(FIELD, of(request).text());
            try {
                chain.proceed();
            } finally {
                MDC.remove(FIELD);
            }
        }
    }
}
