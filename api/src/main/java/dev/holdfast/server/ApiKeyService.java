package dev.holdfast.server;

import dev.holdfast.Decision;
import dev.holdfast.postgres.ApiKey;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;
import java.util.UUID;

/** {@code /v1/api-keys}: list, make, revoke. Needs no engine. */
final class ApiKeyService implements HttpService {
    private static final String PATH = "/v1/api-keys";

    private final KeyRing keys;
    private final Bodies bodies;

    ApiKeyService(KeyRing keys, Bodies bodies) {
        this.keys = keys;
        this.bodies = bodies;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(PATH)
                .get(Role.ADMIN, this::list)
                .post(Role.ADMIN, this::create)
                .register(rules);
        Endpoint.at(PATH + "/{id}").delete(Role.ADMIN, this::revoke).register(rules);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        var items = keys.source().list().stream().map(ApiKeyView::of).toList();
        Answers.ok(request, response, new PageView<>(items, null));
    }

    private void create(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        NewKey wanted = bodies.with(request, NewKey::of);
        KeyText text = KeyText.random();
        String caller = Caller.of(request).name();
        ApiKey made = keys.source()
                .create(wanted.wanted(text, caller), wanted.decision(caller).in(RequestContexts.of(request)))
                .orElseThrow(() -> new ProblemException(
                        new Problem(ProblemCode.TOO_MANY_API_KEYS, "There are as many keys as there can be.")));
        keys.forget();
        Answers.json(request, response, Status.CREATED_201, Json.bytes(ApiKeyView.made(made, text)));
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        Query query = Query.parse(request.query().rawValue(), Set.of(ReasonParameter.NAME), Set.of());
        Decision why = ReasonParameter.optional(query, Caller.of(request)).in(RequestContexts.of(request));
        String id = request.path().pathParameters().get("id");
        ApiKey revoked = keys.source().revoke(uuid(id), why).orElseThrow(() -> unknown(id));
        keys.forget();
        Answers.ok(request, response, ApiKeyView.of(revoked));
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(
                new Problem(ProblemCode.UNKNOWN_API_KEY, "There is no API key with id \"" + Values.shown(id) + "\"."));
    }
}
