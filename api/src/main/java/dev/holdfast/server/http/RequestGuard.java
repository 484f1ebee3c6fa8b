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
 * Stands before all routes: refuses what two readers could understand in two ways, and bounds how many requests there
 * are at once. Health and metrics are always answered. Safe for all threads.
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
            throw new OverloadedException("too many requests at the same time", Duration.ofSeconds(1));
        }
        try {
            chain.proceed();
        } finally {
            requests.release();
        }
    }

    /** A body whose end two readers could see at different places is refused (RFC 9112, section 6.3). */
    private static void requireFraming(ServerRequestHeaders headers) {
        var lengths = headers.all(HeaderNames.CONTENT_LENGTH, List::of);
        if (lengths.size() > 1
                || !lengths.stream().allMatch(length -> DIGITS.matcher(length).matches())) {
            throw unframed("Content-Length must be one whole number.");
        }
        boolean chunked = headers.contains(HeaderValues.TRANSFER_ENCODING_CHUNKED);
        if (headers.contains(HeaderNames.TRANSFER_ENCODING) && (!chunked || !lengths.isEmpty())) {
            throw unframed("Transfer-Encoding must be chunked, and stand without Content-Length.");
        }
    }

    /** The connection ends with the answer, as nobody knows where the next request begins. */
    static ProblemException unframed(String detail) {
        return new ProblemException(new Problem(ProblemCode.MALFORMED_REQUEST, detail).header("Connection", "close"));
    }

    /** Helidon's own decoding lets broken percent-encoding through, or fails on it. */
    private static void requireEncoding(String path) {
        for (int i = path.indexOf('%'); i >= 0; i = path.indexOf('%', i + 1)) {
            RequestValues.percent(path, i);
        }
        if (path.indexOf(';') >= 0) {
            throw RequestValues.malformed("Its path has a ; which no path here has.");
        }
    }

    /** Helidon routes by the path without these, which would be another one than the one that was looked at here. */
    private static void requireSegments(String path) {
        if (NO_SEGMENT.matcher(path).find()) {
            throw new ProblemException(
                    new Problem(ProblemCode.NO_SUCH_PATH, "No path here has a segment that is empty or made of dots."));
        }
    }

    /** No client sends one (RFC 9112, section 3.2), and none is ignored by mistake. */
    private static void requireNoFragment(HttpPrologue prologue) {
        if (prologue.fragment().hasValue()) {
            throw RequestValues.malformed("Its target has a fragment.");
        }
    }
}
