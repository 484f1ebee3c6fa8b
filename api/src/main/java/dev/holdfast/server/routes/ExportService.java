package dev.holdfast.server.routes;

import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestValues;
import dev.holdfast.server.http.Responses;
import io.helidon.http.Method;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.util.Set;

/** {@code /v1/workflows/{id}/export}: the history of a workflow with all its values, for replays. */
public final class ExportService implements HttpService {
    private final RunningEngine engine;
    private final VisibleWorkflows visible;

    public ExportService(RunningEngine engine) {
        this.engine = engine;
        this.visible = new VisibleWorkflows(engine);
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(WorkflowView.PATH + "/{name}/export")
                .get(Role.OPERATOR, this::export)
                .register(rules);
    }

    private void export(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        String id = RequestValues.workflowId(request.path().pathParameters().get("name"));
        if (request.prologue().method().equals(Method.HEAD)) {
            visible.require(request, id);
            Responses.jsonLinesHead(request, response);
            return;
        }
        visible.requireScope(request, id);
        LateOutput out = new LateOutput(() -> Responses.jsonLines(request, response));
        try {
            VisibleWorkflows.orUnknown(id, () -> {
                engine.require().admin().exportHistory(id, out);
                return id;
            });
            out.close();
        } catch (RuntimeException | IOException e) {
            throw out.failure(e);
        }
    }
}
