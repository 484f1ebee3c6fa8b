package dev.holdfast.server.routes;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.Admin;
import dev.holdfast.admin.PageRequest;
import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.RequestContexts;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.RequestValues;
import dev.holdfast.server.http.Responses;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import java.util.Set;

/** {@code /v1/adopt}: what may have happened in the original of a restored copy, and its adoption. */
public final class AdoptionService implements HttpService {
    private final RunningEngine engine;
    private final RequestBodies bodies;

    public AdoptionService(RunningEngine engine, RequestBodies bodies) {
        this.engine = engine;
        this.bodies = bodies;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at("/v1/adopt")
                .get(Role.ADMIN, this::list)
                .post(Role.ADMIN, this::adopt)
                .register(rules);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query query = Query.parse(request.query().rawValue(), Set.of("limit", "cursor"), Set.of());
        PageRequest page =
                new PageRequest(ListRequest.limit(query), query.text("cursor").map(RequestValues::cursor));
        Admin admin = engine.require().admin();
        Responses.ok(request, response, AdoptionView.of(admin.isRestored(), admin.openIntents(page)));
    }

    private void adopt(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        String reason = bodies.with(request, ReasonBody::reason).orElseThrow(ReasonBody::missing);
        ActionOptions options =
                ActionOptions.because(reason).by(Caller.of(request).name()).in(RequestContexts.of(request));
        Responses.ok(
                request, response, Map.of("adopted", engine.require().admin().adopt(options)));
    }
}
