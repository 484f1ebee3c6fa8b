package dev.holdfast.server.routes;

import dev.holdfast.server.auth.Caller;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.Responses;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;

/** {@code /v1/definitions}: the definitions that this node accepts. */
public final class DefinitionService implements HttpService {
    private final RunningEngine engine;

    public DefinitionService(RunningEngine engine) {
        this.engine = engine;
    }

    private record DefinitionView(String type, int version) {}

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at("/v1/definitions").get(Role.VIEWER, this::list).register(rules);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        Caller caller = Caller.of(request);
        var items = engine.require().admin().definitions().stream()
                .filter(definition -> caller.sees(definition.definition()))
                .map(definition -> new DefinitionView(definition.definition(), definition.version()))
                .toList();
        Responses.ok(request, response, new PageView<>(items, null));
    }
}
