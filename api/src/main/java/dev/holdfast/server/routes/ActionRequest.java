package dev.holdfast.server.routes;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RequestContext;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.RequestContexts;
import dev.holdfast.server.http.IdempotencyKeyHeader;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.RequestValues;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A parsed operator action with its wait; every part is checked before the engine sees it. Immutable.
 *
 * @param runAgainAnyway of a retry: whether a body that may have run may run again
 */
record ActionRequest(ActionOptions options, Duration waitUpTo, boolean runAgainAnyway) {
    private static final Set<String> KNOWN = Set.of("wait");

    /** Uses {@code fallbackReason} for a body without a reason; if it is empty, the body must have one. */
    static ActionRequest of(
            ServerRequest request,
            RequestBodies bodies,
            ReasonBody.Form form,
            Duration waitMax,
            Optional<String> fallbackReason) {
        Query query = Query.parse(request.query().rawValue(), KNOWN, Set.of());
        Duration wait = query.waitUpTo(waitMax);
        Optional<String> key = IdempotencyKeyHeader.of(request);
        ReasonBody body = bodies.with(request, read -> ReasonBody.of(read, form));
        String reason = body.reason().or(() -> fallbackReason).orElseThrow(ReasonBody::missing);
        ActionOptions options =
                keyed(ActionOptions.because(reason).by(Caller.of(request).name()), key);
        return new ActionRequest(
                options.in(context(request, query, key, body.runAgainAnyway())), wait, body.runAgainAnyway());
    }

    /** Parses a request without a body; its reason is a query parameter. */
    static ActionRequest ofQuery(ServerRequest request, Duration waitMax) {
        Query query = Query.parse(request.query().rawValue(), Set.of("wait", ReasonParameter.NAME), Set.of());
        Duration wait = query.waitUpTo(waitMax);
        Optional<String> key = IdempotencyKeyHeader.of(request);
        ActionOptions options = keyed(ReasonParameter.required(query, Caller.of(request)), key);
        return new ActionRequest(options.in(context(request, query, key, false)), wait, false);
    }

    /** Expects a key that is already checked. */
    private static RequestContext context(
            ServerRequest request, Query query, Optional<String> key, boolean runAgainAnyway) {
        Map<String, String> arguments = new TreeMap<>();
        query.text("wait").ifPresent(text -> arguments.put("wait", text));
        key.ifPresent(text -> arguments.put("idempotencyKey", text));
        if (runAgainAnyway) {
            arguments.put(ReasonBody.RUN_AGAIN_ANYWAY, "true");
        }
        return RequestContexts.of(request, arguments);
    }

    /** Generates a key if the caller sent none, so that one HTTP request may call the engine twice. */
    private static ActionOptions keyed(ActionOptions options, Optional<String> key) {
        return key.map(text -> RequestValues.checked(IdempotencyKeyHeader.NAME, () -> options.key(text)))
                .orElseGet(() -> options.key(UUID.randomUUID().toString()));
    }
}
