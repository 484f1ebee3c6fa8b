package dev.holdfast.server.routes;

import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.Responses;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;

/** {@code /v1/nodes}: the nodes that share the workflows of this database. */
public final class NodeService implements HttpService {
    private final RunningEngine engine;

    public NodeService(RunningEngine engine) {
        this.engine = engine;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at("/v1/nodes").get(Role.VIEWER, this::list).register(rules);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        var items = engine.require().admin().nodes().stream().map(NodeView::of).toList();
        Responses.ok(request, response, new PageView<>(items, null));
    }
}
