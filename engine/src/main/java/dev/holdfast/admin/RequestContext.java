package dev.holdfast.admin;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * By which request somebody asks for a decision, as the audit has it. Made by whoever asks for others, such as the HTTP
 * server; immutable.
 *
 * @param role what allows it
 * @param route such as {@code POST /v1/workflows/{name}/cancel}
 * @param arguments what was asked for, by name; never a secret, an input or a payload
 * @param requestId under which the caller and the log know the request
 * @param traceId of the trace that the request belongs to
 */
public record RequestContext(
        Optional<String> role,
        Optional<String> route,
        Map<String, String> arguments,
        Optional<String> requestId,
        Optional<String> traceId) {
    /** Of a program that asks for itself. */
    public static final RequestContext NONE =
            new RequestContext(Optional.empty(), Optional.empty(), Map.of(), Optional.empty(), Optional.empty());

    private static final int TEXT_MAX = 200;
    private static final int ARGUMENT_MAX = 4_000;

    /**
     * Throws {@link InvalidOptionException} for what cannot be stored: texts have up to 200 characters, arguments up to
     * 4,000.
     */
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

    /** With an argument more. */
    public RequestContext with(String name, String value) {
        Map<String, String> more = new TreeMap<>(arguments);
        more.put(name, value);
        return new RequestContext(role, route, more, requestId, traceId);
    }
}
