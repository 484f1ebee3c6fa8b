package dev.holdfast.server.routes;

import dev.holdfast.server.http.JsonWriter;
import dev.holdfast.server.http.Paths;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.RequestBodies;
import dev.holdfast.server.http.Responses;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/** {@code /v1/callbacks/{token}}: answers of outside systems, which have no API key. */
public final class CallbackService implements HttpService {
    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);

    private final RunningEngine engine;
    private final RequestBodies bodies;

    public CallbackService(RunningEngine engine, RequestBodies bodies) {
        this.engine = engine;
        this.bodies = bodies;
    }

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at(Paths.CALLBACKS + "{token}").openPost(this::accept).register(rules);
    }

    private void accept(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        String token = request.path().pathParameters().get("token");
        boolean accepted = bodies.with(request, body -> {
            engine.require().acceptCallback(token, body.length == 0 ? NOTHING : body);
            return true;
        });
        Responses.json(request, response, Status.OK_200, JsonWriter.bytes(Map.of("accepted", accepted)));
    }
}
