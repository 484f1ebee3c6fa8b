package dev.holdfast.server.openapi;

import static dev.holdfast.server.ServerFixture.ORDER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.ActionOptions;
import dev.holdfast.admin.RetentionRule;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.TestClient;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.openapi.OpenApi.Operation;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** The server accepts the example requests of the OpenAPI document. */
class OpenApiExamplesTest {
    private static final OpenApi DOCUMENT = OpenApi.document();

    private static final Set<String> HELD = Set.of("POST /v1/workflows/{id}/pause", "POST /v1/workflows/{id}/resume");

    @RegisterExtension
    private static final ServerFixture server = ServerFixture.start();

    static List<Operation> operations() {
        return DOCUMENT.operations();
    }

    /** Sends each optional parameter alone, because some exclude each other. */
    @ParameterizedTest
    @MethodSource("operations")
    void isAccepted(Operation operation) {
        List<Optional<JsonNode>> cases = new ArrayList<>(List.of(Optional.empty()));
        operation
                .json()
                .path("parameters")
                .valueStream()
                .map(DOCUMENT::resolved)
                .forEach(parameter -> {
                    if (parameter.has("example") && !parameter.path("required").asBoolean()) {
                        cases.add(Optional.of(parameter));
                    }
                });
        for (Optional<JsonNode> parameter : cases) {
            Response response = operation.path().startsWith("/v1/api-keys")
                    ? aboutKeys(operation)
                    : server.send(request(operation, parameter));

            assertThat(response.status())
                    .as("%s with %s: %s", operation, parameter, response)
                    .isBetween(200, 299);
        }
    }

    /** Uses a separate server: as soon as it has a key, every request needs one. */
    private static Response aboutKeys(Operation operation) {
        try (ServerFixture own = ServerFixture.start();
                TestClient admin = own.client(Role.ADMIN)) {
            String id = own.apiKeys.list().getFirst().id().toString();
            HttpRequest.Builder request = admin.request(operation.at(id));
            return admin.send(
                    operation.method().equals("POST")
                            ? request.header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString(
                                            body(operation).toString()))
                            : request.method(operation.method(), BodyPublishers.noBody()));
        }
    }

    private static JsonNode body(Operation operation) {
        return DOCUMENT.resolved(operation.json().path("requestBody")).at("/content/application~1json/example");
    }

    private static HttpRequest.Builder request(Operation operation, Optional<JsonNode> parameter) {
        String query = parameter
                .filter(one -> one.path("in").asString().equals("query"))
                .map(OpenApiExamplesTest::query)
                .orElse("");
        String needed = DOCUMENT.requiredQuery(operation);
        HttpRequest.Builder request =
                server.request(path(operation) + needed + (needed.isEmpty() ? query : query.replaceFirst("\\?", "&")));
        parameter
                .filter(one -> one.path("in").asString().equals("header"))
                .ifPresent(one -> request.header(
                        one.path("name").asString(), one.path("example").asString()));
        JsonNode body = body(operation);
        return body.isMissingNode()
                ? request.method(operation.method(), BodyPublishers.noBody())
                : request.header("Content-Type", "application/json")
                        .method(operation.method(), BodyPublishers.ofString(body.toString()));
    }

    /** Replaces example ids with real ones: an ended, a waiting or a parked workflow, as the operation needs it. */
    private static String path(Operation operation) {
        if (operation.toString().equals("POST /v1/workflows/{name}")) {
            return operation.at(operation.json().at("/parameters/0/example").asString());
        }
        if (operation.path().startsWith("/v1/retention")) {
            server.engine
                    .admin()
                    .retain(
                            new RetentionRule(
                                    Optional.of("orders"), Optional.of(WorkflowStatus.FAILED), Optional.empty()),
                            ActionOptions.because("a test"));
            return operation.at("orders");
        }
        if (operation.path().startsWith("/v1/callbacks")) {
            String callback = server.startCalling();
            return operation.at(callback.substring(callback.lastIndexOf('/') + 1));
        }
        if (HELD.contains(operation.toString())) {
            String waiting = server.startAwaiting();
            if (operation.path().endsWith("/resume")) {
                server.post("/v1/workflows/" + waiting + "/pause?wait=20", "");
            }
            return operation.at(waiting);
        }
        boolean ended = operation.path().startsWith("/v1/workflows")
                && (!operation.method().equals("POST") || operation.path().endsWith("/scrub"));
        String type = ended ? "test.order" : "test.parks";
        String workflow = server.run(type, ORDER).text("id");
        return operation.at(
                operation.path().startsWith("/v1/dead-letters")
                        ? server.get("/v1/workflows/" + workflow).text("deadLetter")
                        : workflow);
    }

    private static String query(JsonNode parameter) {
        String name = parameter.path("name").asString();
        JsonNode example = parameter.path("example");
        if (example.isObject()) {
            return example.propertyStream()
                    .map(label -> label.getKey() + "="
                            + URLEncoder.encode(label.getValue().asString(), UTF_8))
                    .collect(Collectors.joining("&", "?", ""));
        }
        String text = example.isArray()
                ? example.valueStream().map(JsonNode::asString).collect(Collectors.joining(","))
                : example.asString();
        return "?" + name + "=" + URLEncoder.encode(text, UTF_8);
    }
}
