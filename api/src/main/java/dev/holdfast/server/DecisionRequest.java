package dev.holdfast.server;

import dev.holdfast.Decision;
import dev.holdfast.RequestContext;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** What somebody asks to be decided, and how long to wait for it, checked before anything is done with it. */
record DecisionRequest(Decision decision, Duration waitUpTo) {
    private static final Set<String> KNOWN = Set.of("wait");

    /** {@code reasonElse} stands where the body has no reason; without it a reason is required. */
    static DecisionRequest of(ServerRequest request, Bodies bodies, Duration waitMax, Optional<String> reasonElse) {
        Query query = Query.parse(request.query().rawValue(), KNOWN, Set.of());
        Duration wait = query.waitUpTo(waitMax);
        Optional<String> key = KeyHeader.of(request);
        String reason =
                bodies.with(request, ReasonBody::reason).or(() -> reasonElse).orElseThrow(ReasonBody::missing);
        Decision decision = keyed(new Decision(reason, Caller.of(request).name(), Optional.empty()), key);
        return new DecisionRequest(decision.in(context(request, query, key)), wait);
    }

    /** Of a request without a body, whose reason is a parameter. */
    static DecisionRequest ofQuery(ServerRequest request, Duration waitMax) {
        Query query = Query.parse(request.query().rawValue(), Set.of("wait", ReasonParameter.NAME), Set.of());
        Duration wait = query.waitUpTo(waitMax);
        Optional<String> key = KeyHeader.of(request);
        Decision decision = keyed(ReasonParameter.decision(query, Caller.of(request)), key);
        return new DecisionRequest(decision.in(context(request, query, key)), wait);
    }

    /** The key was checked before. */
    private static RequestContext context(ServerRequest request, Query query, Optional<String> key) {
        Map<String, String> arguments = new TreeMap<>();
        query.text("wait").ifPresent(text -> arguments.put("wait", text));
        key.ifPresent(text -> arguments.put("idempotencyKey", text));
        return RequestContexts.of(request, arguments);
    }

    /** Without a key of the caller, one of its own: so the engine can be asked twice by one request. */
    private static Decision keyed(Decision decision, Optional<String> key) {
        return key.map(text -> Values.checked(KeyHeader.NAME, () -> decision.key(text)))
                .orElseGet(() -> decision.key(UUID.randomUUID().toString()));
    }
}
