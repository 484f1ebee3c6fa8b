package dev.holdfast.server;

import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;

/** {@code /v1/nodes}: who shares the workflows of this database. */
final class NodeService implements HttpService {
    private final RunningEngine engine;

    NodeService(RunningEngine engine) {
        this.engine = engine;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at("/v1/nodes").get(Role.VIEWER, this::list).register(rules);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        var items = engine.require().nodes().stream().map(NodeView::of).toList();
        Answers.ok(request, response, new PageView<>(items, null));
    }
}
