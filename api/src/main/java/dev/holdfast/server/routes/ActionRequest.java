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

/** What somebody asks to be decided, and how long to wait for it, checked before anything is done with it. */
record ActionRequest(ActionOptions options, Duration waitUpTo) {
    private static final Set<String> KNOWN = Set.of("wait");

    /** {@code reasonElse} stands where the body has no reason; without it a reason is required. */
    static ActionRequest of(
            ServerRequest request, RequestBodies bodies, Duration waitMax, Optional<String> reasonElse) {
        Query query = Query.parse(request.query().rawValue(), KNOWN, Set.of());
        Duration wait = query.waitUpTo(waitMax);
        Optional<String> key = IdempotencyKeyHeader.of(request);
        String reason =
                bodies.with(request, ReasonBody::reason).or(() -> reasonElse).orElseThrow(ReasonBody::missing);
        ActionOptions options =
                keyed(ActionOptions.because(reason).by(Caller.of(request).name()), key);
        return new ActionRequest(options.in(context(request, query, key)), wait);
    }

    /** Of a request without a body, whose reason is a parameter. */
    static ActionRequest ofQuery(ServerRequest request, Duration waitMax) {
        Query query = Query.parse(request.query().rawValue(), Set.of("wait", ReasonParameter.NAME), Set.of());
        Duration wait = query.waitUpTo(waitMax);
        Optional<String> key = IdempotencyKeyHeader.of(request);
        ActionOptions options = keyed(ReasonParameter.decision(query, Caller.of(request)), key);
        return new ActionRequest(options.in(context(request, query, key)), wait);
    }

    /** The key was checked before. */
    private static RequestContext context(ServerRequest request, Query query, Optional<String> key) {
        Map<String, String> arguments = new TreeMap<>();
        query.text("wait").ifPresent(text -> arguments.put("wait", text));
        key.ifPresent(text -> arguments.put("idempotencyKey", text));
        return RequestContexts.of(request, arguments);
    }

    /** Without a key of the caller, one of its own: so the engine can be asked twice by one request. */
    private static ActionOptions keyed(ActionOptions options, Optional<String> key) {
        return key.map(text -> RequestValues.checked(IdempotencyKeyHeader.NAME, () -> options.key(text)))
                .orElseGet(() -> options.key(UUID.randomUUID().toString()));
    }
}
