package dev.holdfast.server.http;

import dev.holdfast.OverloadedException;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpPrologue;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/**
 * Filter before all routes: rejects requests that two HTTP parsers could read differently, and limits concurrent
 * requests. Health and metrics are exempt from that limit. Safe for all threads.
 */
public final class RequestGuard implements Filter {
    private static final Pattern NO_SEGMENT = Pattern.compile("//|/\\.\\.?(/|$)");

    private static final Pattern DIGITS = Pattern.compile("\\d+");

    private final Semaphore requests;

    public RequestGuard(int requestsMax) {
        this.requests = new Semaphore(requestsMax);
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        AbsoluteForm.resolve(request);
        String path = request.prologue().uriPath().rawPath();
        requireFraming(request.headers());
        requireEncoding(path);
        requireSegments(path);
        requireNoFragment(request.prologue());
        if (path.startsWith(Paths.HEALTH) || path.equals(Paths.METRICS)) {
            chain.proceed();
            return;
        }
        if (!requests.tryAcquire()) {
            throw new OverloadedException("the concurrent requests are at their limit", Duration.ofSeconds(1));
        }
        try {
            chain.proceed();
        } finally {
            requests.release();
        }
    }

    /** Rejects a body whose end is ambiguous (RFC 9112, section 6.3). */
    private static void requireFraming(ServerRequestHeaders headers) {
        var lengths = headers.all(HeaderNames.CONTENT_LENGTH, List::of);
        if (lengths.size() > 1
                || !lengths.stream().allMatch(length -> DIGITS.matcher(length).matches())) {
            throw unframed("Content-Length must be one whole number.");
        }
        boolean chunked = headers.contains(HeaderValues.TRANSFER_ENCODING_CHUNKED);
        if (headers.contains(HeaderNames.TRANSFER_ENCODING) && (!chunked || !lengths.isEmpty())) {
            throw unframed("Transfer-Encoding must be chunked, without Content-Length.");
        }
    }

    /** Closes the connection after the response, because the start of the next request is unknown. */
    static ProblemException unframed(String detail) {
        return new ProblemException(new Problem(ProblemCode.MALFORMED_REQUEST, detail).header("Connection", "close"));
    }

    /** Helidon's decoder accepts broken percent-encoding, or fails on it. */
    private static void requireEncoding(String path) {
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
            RequestValues.percent(path, i);
        }
        if (path.indexOf(';') >= 0) {
            throw RequestValues.malformed("The path has a \";\", which no path of this server has.");
        }
    }

    /** Helidon removes such segments before routing, so the routed path would differ from the checked one. */
    private static void requireSegments(String path) {
        if (NO_SEGMENT.matcher(path).find()) {
            throw new ProblemException(new Problem(
                    ProblemCode.NO_SUCH_PATH,
                    "The path has an empty segment or one of dots, which no path of this server has."));
        }
    }

    /** Clients must not send a fragment (RFC 9112, section 3.2). */
    private static void requireNoFragment(HttpPrologue prologue) {
        if (prologue.fragment().hasValue()) {
            throw RequestValues.malformed("The request target has a fragment (#): expected path and query only.");
        }
    }
}
