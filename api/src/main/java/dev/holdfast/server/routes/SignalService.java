package dev.holdfast.server.routes;

import dev.holdfast.Holdfast;
import dev.holdfast.InvalidInputException;
import dev.holdfast.admin.Names;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.http.IdempotencyKeyHeader;
import dev.holdfast.server.http.JsonWriter;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.RequestValues;
import dev.holdfast.server.http.Responses;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code /v1/workflows/{id}/signals/{name}}: send. */
public final class SignalService implements HttpService {
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

    private final RunningEngine engine;
    private final RequestBodies bodies;
    private final VisibleWorkflows visible;

    public SignalService(RunningEngine engine, RequestBodies bodies) {
        this.engine = engine;
        this.bodies = bodies;
        this.visible = new VisibleWorkflows(engine);
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(WorkflowView.PATH + "/{id}/signals/{name}")
                .post(Role.SUBMITTER, this::send)
                .register(rules);
    }

    private void send(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        var path = request.path().pathParameters();
        String id = RequestValues.workflowId(path.get("id"));
        String name = RequestValues.signalName(path.get("name"));
        Optional<String> key = IdempotencyKeyHeader.of(request).map(SignalService::checkedKey);
        visible.requireScope(request, id);
        String signal = bodies.with(request, body -> send(id, name, body.length == 0 ? NOTHING : body, key));
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id);
        members.put("signal", signal);
        Responses.json(request, response, Status.ACCEPTED_202, JsonWriter.bytes(members));
    }

    private static String checkedKey(String key) {
        return RequestValues.checked(IdempotencyKeyHeader.NAME, () -> {
            Names.requireKey("idempotency key", key);
            return key;
        });
    }

    private String send(String id, String name, byte[] payload, Optional<String> key) {
        Holdfast holdfast = engine.require();
        try {
            return key.isPresent()
                    ? holdfast.signalJson(id, name, payload, key.get())
                    : holdfast.signalJson(id, name, payload);
        } catch (InvalidInputException e) {
            // The field may be a member of the payload, or the id: only then there is no such workflow.
            var unused = VisibleWorkflows.orUnknown(id, () -> holdfast.handle(id));
            throw e;
        }
    }
}
