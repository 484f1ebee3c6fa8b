package dev.holdfast.server.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.util.Optional;

/** Sends responses, each in one write, with Cache-Control: no-store. Stateless. */
public final class Responses {
    private static final byte[] NOTHING = {};
    private static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, JsonWriter.MEDIA_TYPE);
    private static final Header PROBLEM = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
    private static final Header EVENT_STREAM = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "text/event-stream");
    private static final Header JSON_LINES = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/jsonl");
    /** For nginx, which would keep events back until it has a buffer full of them. */
    private static final Header UNBUFFERED = HeaderValues.createCached(HeaderNames.create("X-Accel-Buffering"), "no");

    private static final Header NO_STORE = HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

    /** Helidon has no constant for 431. */
    private static final Status HEADERS_TOO_LARGE = Status.create(431, "Request Header Fields Too Large");

    private Responses() {}

    public static void ok(ServerRequest request, ServerResponse response, Object value) {
        json(request, response, Status.OK_200, JsonWriter.bytes(value));
    }

    public static void json(ServerRequest request, ServerResponse response, Status status, byte[] json) {
        send(request, response.status(status).header(JSON), json);
    }

    public static void problem(ServerRequest request, ServerResponse response, Problem problem) {
        problem.headers().forEach((name, value) -> response.header(HeaderNames.create(name), value));
        response.status(status(problem)).header(PROBLEM);
        send(
                request,
                response,
                problem.json(instance(request.prologue().uriPath().rawPath())));
    }

    public static Status status(Problem problem) {
        int code = problem.code().status;
        return code == HEADERS_TOO_LARGE.code() ? HEADERS_TOO_LARGE : Status.create(code);
    }

    /** The path for a problem's {@code instance}; empty if it is not a path, or over 500 characters. */
    public static Optional<String> instance(String target) {
        String path = Paths.withoutToken(target.split("[?#]", 2)[0]);
        boolean valid =
                path.startsWith("/") && path.length() <= 500 && path.chars().allMatch(c -> c > ' ' && c < 0x7F);
        return valid ? Optional.of(path) : Optional.empty();
    }

    /** Expects a response whose status and type are set. */
    public static void send(ServerRequest request, ServerResponse response, byte[] body) {
        response.header(NO_STORE).header(RequestId.HEADER, RequestId.of(request).text());
        if (isUnread(request)) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        if (request.prologue().method().equals(Method.HEAD)) {
            response.header(HeaderNames.CONTENT_LENGTH, String.valueOf(body.length))
                    .send(NOTHING);
        } else {
            response.send(body);
        }
    }

    /** Begins a stream of lines of JSON; it ends when the handler returns. */
    public static OutputStream jsonLines(ServerRequest request, ServerResponse response) {
        streamHeaders(request, response, JSON_LINES);
        return response.outputStream();
    }

    /** The headers of such a stream, for HEAD. */
    public static void jsonLinesHead(ServerRequest request, ServerResponse response) {
        streamHeaders(request, response, JSON_LINES);
        response.send(NOTHING);
    }

    /** Begins a stream of server-sent events; it ends when the handler returns. */
    public static OutputStream eventStream(ServerRequest request, ServerResponse response) {
        streamHeaders(request, response, EVENT_STREAM);
        return response.outputStream();
    }

    /** The headers of such a stream, for HEAD. */
    public static void eventStreamHead(ServerRequest request, ServerResponse response) {
        streamHeaders(request, response, EVENT_STREAM);
        response.send(NOTHING);
    }

    private static void streamHeaders(ServerRequest request, ServerResponse response, Header type) {
        response.status(Status.OK_200)
                .header(type)
                .header(NO_STORE)
                .header(UNBUFFERED)
                .header(RequestId.HEADER, RequestId.of(request).text());
        if (isUnread(request)) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
    }

    /** Whether an unread body forces Connection: close; without the header, a client would lose its next request. */
    private static boolean isUnread(ServerRequest request) {
        return request.headers().contains(HeaderValues.TRANSFER_ENCODING_CHUNKED)
                && !request.content().consumed();
    }
}
