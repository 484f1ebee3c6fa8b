package dev.holdfast.server.routes;

import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.Problems;
import dev.holdfast.server.http.RequestId;
import dev.holdfast.server.http.Responses;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Responds to requests that fail before the filters, such as malformed or oversized ones. Helidon calls it; stateless.
 */
public final class DirectProblems implements DirectHandler {
    /** Registers this handler for all event types. */
    public static DirectHandlers handlers() {
        DirectProblems problems = new DirectProblems();
        var handlers = DirectHandlers.builder();
        Arrays.stream(EventType.values()).forEach(type -> handlers.addHandler(type, problems));
        return handlers.build();
    }

    /** Called while routing, with the exception. */
    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType type,
            Status status,
            ServerResponseHeaders headers,
            Throwable thrown,
            System.@Nullable Logger logger) {
        RequestId id = RequestId.of(request.headers());
        Problem problem = Problems.of(thrown);
        if (problem.code() == ProblemCode.INTERNAL_ERROR) {
            problem = problem.errorId(ErrorHandlers.log(thrown, id));
        }
        return respond(request, id, type, headers, problem);
    }

    /** Called before routing, with a message only. */
    @Override
    public TransportResponse handle(
            TransportRequest request,
            EventType type,
            Status status,
            ServerResponseHeaders headers,
            @Nullable String message) {
        Problem problem = problem(request, status, message == null ? "" : message);
        return respond(request, RequestId.of(request.headers()), type, headers, problem);
    }

    /** Helidon reports a request that ends before its method as an internal error. */
    private static Problem problem(TransportRequest request, Status status, String message) {
        boolean incomplete = request.method().isBlank() && status.code() == Status.INTERNAL_SERVER_ERROR_500.code();
        return incomplete
                ? Problems.ofStatus(Status.BAD_REQUEST_400.code(), "The request ended before it was complete.")
                : Problems.ofStatus(status.code(), message);
    }

    private static TransportResponse respond(
            TransportRequest request, RequestId id, EventType type, ServerResponseHeaders headers, Problem problem) {
        Optional<String> instance = Responses.instance(request.path());
        problem.headers().forEach((name, value) -> headers.set(HeaderNames.create(name), value));
        return TransportResponse.builder()
                .status(Responses.status(problem))
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(RequestId.HEADER, id.text())
                .keepAlive(type.keepAlive())
                .entity(problem.json(instance))
                .build();
    }
}
