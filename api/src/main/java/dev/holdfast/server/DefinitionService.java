package dev.holdfast.server;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;

/** {@code /v1/definitions}: what can be submitted to this node. */
final class DefinitionService implements HttpService {
    private final RunningEngine engine;

    DefinitionService(RunningEngine engine) {
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
        var items = engine.require().definitions().stream()
                .filter(definition -> caller.sees(definition.name()))
                .map(definition -> new DefinitionView(definition.name(), definition.version()))
                .toList();
        Answers.ok(request, response, new PageView<>(items, null));
    }
}
