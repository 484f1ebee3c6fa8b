package dev.holdfast.server.routes;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.postgres.keys.ApiKey;
import dev.holdfast.postgres.keys.ApiKeys;
import dev.holdfast.server.auth.ApiKeyCache;
import dev.holdfast.server.auth.ApiKeyText;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.NewApiKey;
import dev.holdfast.server.auth.RequestContexts;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.JsonWriter;
import dev.holdfast.server.http.Problem;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.http.ProblemException;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.RequestValues;
import dev.holdfast.server.http.Responses;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/** {@code /v1/api-keys}: list, create, revoke. Needs no engine. */
public final class ApiKeyService implements HttpService {
    private static final String PATH = "/v1/api-keys";

    private final ApiKeyCache keys;
    private final RequestBodies bodies;

    public ApiKeyService(ApiKeyCache keys, RequestBodies bodies) {
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
        Responses.ok(request, response, new PageView<>(items, null));
    }

    private void create(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        NewApiKey newKey = bodies.with(request, NewApiKey::of);
        ApiKeyText text = ApiKeyText.random();
        String caller = Caller.of(request).name();
        ApiKey created = keys.source()
                .create(newKey.wanted(text, caller), newKey.options(caller).in(RequestContexts.of(request)))
                .orElseThrow(() -> new ProblemException(new Problem(
                        ProblemCode.TOO_MANY_API_KEYS,
                        String.format(
                                Locale.ROOT, "The limit of %,d active API keys is reached.", ApiKeys.ACTIVE_MAX))));
        keys.invalidate();
        Responses.json(request, response, Status.CREATED_201, JsonWriter.bytes(ApiKeyView.created(created, text)));
    }

    private void revoke(ServerRequest request, ServerResponse response) {
        Query query = Query.parse(request.query().rawValue(), Set.of(ReasonParameter.NAME), Set.of());
        ActionOptions options =
                ReasonParameter.optional(query, Caller.of(request)).in(RequestContexts.of(request));
        String id = request.path().pathParameters().get("id");
        ApiKey revoked = keys.source().revoke(uuid(id), options).orElseThrow(() -> unknown(id));
        keys.invalidate();
        boolean isLast = keys.source().active().isEmpty();
        Responses.ok(request, response, ApiKeyView.revoked(revoked, isLast));
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw unknown(id);
        }
    }

    private static ProblemException unknown(String id) {
        return new ProblemException(new Problem(
                ProblemCode.UNKNOWN_API_KEY, "There is no API key with id \"" + RequestValues.abbreviated(id) + "\"."));
    }
}
