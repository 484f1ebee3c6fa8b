package dev.holdfast.server.routes;

import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.ProblemException;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.RequestMetrics;
import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One path with its methods, each with the role that it requires. Any other method gets 405 with an Allow header.
 * Services build it on the starting thread.
 */
final class Endpoint {
    private final String path;
    private final Map<Method, Handler> handlers = new LinkedHashMap<>();

    private Endpoint(String path) {
        this.path = path;
    }

    static Endpoint at(String path) {
        return new Endpoint(path);
    }

    /** A read for callers with this role, by GET and HEAD. */
    Endpoint get(Role needed, Handler handler) {
        return open(authorised(needed, handler));
    }

    /** A read without authorisation. {@code Responses} sends no body to HEAD. */
    Endpoint open(Handler handler) {
        handlers.put(Method.GET, handler);
        handlers.put(Method.HEAD, handler);
        return this;
    }

    /** A write; rejects requests whose Content-Type is not JSON. */
    Endpoint post(Role needed, Handler handler) {
        return add(Method.POST, needed, json(handler));
    }

    /** As {@link #post}, without authorisation. */
    Endpoint openPost(Handler handler) {
        handlers.put(Method.POST, json(handler));
        return this;
    }

    /** As {@link #post}, for an idempotent write. */
    Endpoint put(Role needed, Handler handler) {
        return add(Method.PUT, needed, json(handler));
    }

    private static Handler json(Handler handler) {
        return (request, response) -> {
            RequestBodies.requireJson(request.headers());
            handler.handle(request, response);
        };
    }

    /** A write without a body. */
    Endpoint delete(Role needed, Handler handler) {
        return add(Method.DELETE, needed, handler);
    }

    private Endpoint add(Method method, Role needed, Handler handler) {
        handlers.put(method, authorised(needed, handler));
        return this;
    }

    private static Handler authorised(Role needed, Handler handler) {
        return (request, response) -> {
            Caller.of(request).require(needed);
            handler.handle(request, response);
        };
    }

    void register(HttpRules rules) {
        handlers.forEach((method, handler) -> rules.route(method, path, (request, response) -> {
            RequestMetrics.at(request, path);
            handler.handle(request, response);
        }));
        String allowed = handlers.keySet().stream().map(Method::text).collect(Collectors.joining(", "));
        rules.any(path, (request, response) -> {
            throw new ProblemException(new Problem(
                            ProblemCode.METHOD_NOT_ALLOWED,
                            request.prologue().method().text() + " is not supported at this path; allowed: " + allowed
                                    + ".")
                    .header("Allow", allowed));
        });
    }
}
