package dev.holdfast.admin;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The request that contained an operator's action, for the audit log. Servers that act on behalf of others, such as the
 * HTTP server, pass it to {@link ActionOptions#in}. Immutable.
 *
 * @param role the role that allowed the action, 1 to 200 characters
 * @param route such as {@code POST /v1/workflows/{name}/cancel}, 1 to 200 characters
 * @param arguments of the action by name, each 1 to 4,000 characters; never a secret, an input or a payload
 * @param requestId of the request, as the caller and the log know it, 1 to 200 characters
 * @param traceId of the trace that contains the request, 1 to 200 characters
 */
public record RequestContext(
        Optional<String> role,
        Optional<String> route,
        Map<String, String> arguments,
        Optional<String> requestId,
        Optional<String> traceId) {
    /** For programs that act for themselves. */
    public static final RequestContext NONE =
            new RequestContext(Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), Optional.empty());

    private static final int TEXT_MAX = 200;
    private static final int ARGUMENT_MAX = 4_000;

    /** Throws {@link InvalidOptionException} for a text that is too long or cannot be stored. */
    public RequestContext {
        role.ifPresent(text -> StorableText.requireStorable("role", text, TEXT_MAX));
        route.ifPresent(text -> StorableText.requireStorable("route", text, TEXT_MAX));
        requestId.ifPresent(text -> StorableText.requireStorable("request id", text, TEXT_MAX));
        traceId.ifPresent(text -> StorableText.requireStorable("trace id", text, TEXT_MAX));
        arguments = Map.copyOf(arguments);
        arguments.forEach((name, value) -> {
            StorableText.requireStorable("name of an argument", name, TEXT_MAX);
            StorableText.requireStorable(name, value, ARGUMENT_MAX);
        });
    }

    /** Sets the role that allowed the action. */
    public RequestContext role(String allowing) {
        return new RequestContext(Optional.of(allowing), route, arguments, requestId, traceId);
    }

    /** Sets the route of the request. */
    public RequestContext route(String methodAndPath) {
        return new RequestContext(role, Optional.of(methodAndPath), arguments, requestId, traceId);
    }

    /** Sets the id of the request. */
    public RequestContext requestId(String id) {
        return new RequestContext(role, route, arguments, Optional.of(id), traceId);
    }

    /** Sets the id of the trace. */
    public RequestContext traceId(String id) {
        return new RequestContext(role, route, arguments, requestId, Optional.of(id));
    }

    /** Adds an argument, or replaces the one of the same name. */
    public RequestContext with(String name, String value) {
        Map<String, String> more = new TreeMap<>(arguments);
        more.put(name, value);
        return new RequestContext(role, route, more, requestId, traceId);
    }
}
