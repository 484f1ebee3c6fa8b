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
 * The name of a request, under which the caller, the log and the audit speak of the same one: what the caller sent as
 * X-Request-Id, where it can stand anywhere as it is, else a new one. Immutable.
 */
public record RequestId(String text) {
    public static final HeaderName HEADER = HeaderNames.create("X-Request-Id");
    /** As lines of the log have it. */
    public static final String FIELD = "requestId";

    private static final Pattern USABLE = Pattern.compile("[A-Za-z0-9._:@-]{1,200}");

    /** The same however often it is asked. */
    public static RequestId of(ServerRequest request) {
        return request.context().get(RequestId.class).orElseGet(() -> {
            RequestId id = of(request.headers());
            request.context().register(id);
            return id;
        });
    }

    /** A new one where there is none that can be used, or more than one. */
    public static RequestId of(Headers headers) {
        List<String> sent = headers.all(HEADER, List::of);
        boolean usable = sent.size() == 1 && USABLE.matcher(sent.getFirst()).matches();
        return new RequestId(usable ? sent.getFirst() : UUID.randomUUID().toString());
    }

    /** Gives it to whatever is logged by the thread of a request. Stateless. */
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
