package dev.holdfast.server.routes;

import dev.holdfast.server.auth.Role;
import dev.holdfast.server.config.Version;
import dev.holdfast.server.http.JsonWriter;
import dev.holdfast.server.http.Query;
import dev.holdfast.server.http.Responses;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code /openapi}: the OpenAPI 3.1 document of this server. It is written by hand; tests compare it with the
 * registered routes and with every response of the test suite. Needs no engine.
 */
public final class OpenApiService implements HttpService {
    private static final String DOCUMENT = "openapi.json";

    /** The response, rendered once. */
    private final byte[] document = withVersion(document());

    @Override
    public void routing(HttpRules rules) {
        Endpoint.at("/openapi").get(Role.VIEWER, this::show).register(rules);
    }

    private void show(ServerRequest request, ServerResponse response) {
        Query.parse(request.query().rawValue(), Set.of(), Set.of());
        Responses.json(request, response, Status.OK_200, document);
    }

    private static JsonNode document() {
        try (InputStream in = OpenApiService.class.getResourceAsStream(DOCUMENT)) {
            if (in == null) {
                throw new IllegalStateException(
                        DOCUMENT + " is missing beside its class: the jar is incomplete, build it again");
            }
            return JsonMapper.shared().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(DOCUMENT + " cannot be read from the jar", e);
        }
    }

    private static byte[] withVersion(JsonNode document) {
        ((ObjectNode) document.path("info")).put("version", Version.holdfast());
        return JsonWriter.bytes(document);
    }
}
