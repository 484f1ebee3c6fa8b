package dev.holdfast.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.WorkflowFilter;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.server.Response;
import dev.holdfast.server.ServerFixture;
import dev.holdfast.server.auth.Role;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.config.Version;
import dev.holdfast.server.http.ProblemCode;
import dev.holdfast.server.openapi.OpenApi.Operation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The document is valid, and fits the routes, codes and enums of the program. */
class OpenApiTest {
    private final OpenApi document = OpenApi.document();

    @Test
    void isServedWithTheVersionOfTheBuild() {
        try (ServerFixture server = ServerFixture.beforeJoining()) {
            Response response = server.get("/openapi");

            response.assertStatus().isEqualTo(200);
            assertThat(response.header("Content-Type")).contains("application/json");
            assertThat(response.json().at("/info/version").asString()).isEqualTo(Version.holdfast());
            assertThat(response.json().path("paths")).isEqualTo(document.json.path("paths"));
        }
    }

    @Test
    void hasEveryRouteOfTheServerAndNoOther() {
        Set<String> described = document.operations().stream()
                .map(operation -> unnamed(operation.toString()))
                .collect(Collectors.toSet());

        assertThat(RecordedRoutes.ofServer().stream()
                        .filter(route -> !route.startsWith("HEAD "))
                        .map(OpenApiTest::unnamed))
                .hasSameElementsAs(described);
    }

    /** The document says so once, for all of them. */
    @Test
    void hasNoHeadBecauseEveryGetHasOne() {
        assertThat(document.json.at("/info/description").asString()).contains("Every GET can be sent as HEAD");
        assertThat(routes("HEAD ")).isEqualTo(routes("GET ")).isNotEmpty();
    }

    private static Set<String> routes(String method) {
        return RecordedRoutes.ofServer().stream()
                .filter(route -> route.startsWith(method))
                .map(route -> route.substring(method.length()))
                .collect(Collectors.toSet());
    }

    /** Names of path parameters do not matter here. */
    private static String unnamed(String route) {
        return route.replaceAll("\\{[^}]+}", "{}");
    }

    @Test
    void hasTheWordsOfTheProgram() {
        assertThat(words("ProblemCode")).containsExactlyInAnyOrderElementsOf(names(ProblemCode.values()));
        assertThat(words("Status")).containsExactlyInAnyOrderElementsOf(names(WorkflowStatus.values()));
        assertThat(words("Role")).containsExactlyInAnyOrderElementsOf(names(Role.values()));
        assertThat(words("Cause")).containsExactlyInAnyOrderElementsOf(names(DeadLetter.Cause.values()));
    }

    private List<String> words(String schema) {
        return strings(document.json.at("/components/schemas/" + schema + "/enum"));
    }

    private static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::asString).toList();
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    @Test
    void hasTheLimitsOfTheProgram() {
        assertThat(document.json
                        .at("/components/parameters/Limit/schema/maximum")
                        .asInt())
                .isEqualTo(WorkflowFilter.LIMIT_MAX);
        assertThat(document.json
                        .at("/components/parameters/Wait/schema/maximum")
                        .asLong())
                .isEqualTo(ServerConfig.defaults().waitMax().toSeconds());
        assertThat(ServerConfig.defaults().bodyMaxBytes()).isEqualTo(1 << 20);
    }

    @Test
    void namesEachCodeUnderItsStatus() {
        for (Operation operation : document.operations()) {
            for (String status : operation.statuses()) {
                JsonNode code = document.response(operation, status)
                        .at("/content/application~1problem+json/schema/properties/code");
                for (String name : codes(code)) {
                    if (!status.equals(OpenApi.DEFAULT)) {
                        assertThat(ProblemCode.valueOf(name).status)
                                .as("%s of %s", name, operation)
                                .isEqualTo(Integer.parseInt(status));
                    }
                }
            }
        }
    }

    private static List<String> codes(JsonNode code) {
        return code.has("const") ? List.of(code.path("const").asString()) : strings(code.path("enum"));
    }

    @Test
    void isWhole() {
        assertThat(document.json.path("openapi").asString()).startsWith("3.1.");
        List<JsonNode> references = document.json.findValues("$ref");
        assertThat(references)
                .isNotEmpty()
                .allSatisfy(reference -> assertThat(document.json
                                .at(reference.asString().substring(1))
                                .isMissingNode())
                        .as("%s leads nowhere", reference)
                        .isFalse());
        Set<String> tags = Set.copyOf(document.json.path("tags").findValuesAsString("name"));
        List<String> ids = new ArrayList<>();
        for (Operation operation : document.operations()) {
            ids.add(operation.json().path("operationId").asString());
            assertThat(operation.json().path("summary").asString()).isNotBlank();
            assertThat(tags).containsAll(strings(operation.json().path("tags")));
            assertParameters(operation);
            for (String status : operation.statuses()) {
                assertThat(document.response(operation, status).propertyNames())
                        .as("members of %s %s", operation, status)
                        .contains("description", "content")
                        .isSubsetOf("description", "content", "headers");
                assertThat(document.response(operation, status).path("headers").propertyNames())
                        .as("headers of %s %s", operation, status)
                        .contains("X-Request-Id");
            }
        }
        assertThat(ids).doesNotContain("").doesNotHaveDuplicates();
    }

    private void assertParameters(Operation operation) {
        List<JsonNode> parameters = parameters(operation).toList();
        parameters.forEach(parameter -> assertThat(parameter.propertyNames())
                .as("members of %s of %s", parameter, operation)
                .contains("name", "in", "schema")
                .isSubsetOf("name", "in", "schema", "required", "description", "style", "explode", "example"));
        assertThat(parameters.stream()
                        .filter(parameter -> parameter.path("in").asString().equals("path"))
                        .map(parameter -> "{" + parameter.path("name").asString() + "}"
                                + parameter.path("required").asBoolean()))
                .hasSameElementsAs(Arrays.stream(operation.path().split("/"))
                        .filter(part -> part.startsWith("{"))
                        .map(part -> part + "true")
                        .toList());
    }

    private Stream<JsonNode> parameters(Operation operation) {
        return operation.json().path("parameters").valueStream().map(document::resolved);
    }

    @Test
    void hasSchemasThatAreSchemas() {
        assertThat(document.json.findValues("schema"))
                .isNotEmpty()
                .allSatisfy(schema -> assertThat(document.errorsOfSchema(schema))
                        .as("%s", schema)
                        .isEmpty());
        document.json
                .at("/components/schemas")
                .forEachEntry((name, schema) ->
                        assertThat(document.errorsOfSchema(schema)).as(name).isEmpty());
    }

    /** Every object schema rejects undocumented members, composed ones included. */
    @Test
    void hasClosedSchemas() {
        document.json.at("/components/schemas").forEachEntry((name, schema) -> {
            if (schema.path("type").asString().equals("object")
                    && !name.endsWith("Members")
                    && !name.equals("OpenApi")) {
                assertThat(schema.path("additionalProperties").isBoolean())
                        .as("%s is closed", name)
                        .isTrue();
            }
        });
    }

    @Test
    void hasAnExampleOfEachSuccessThatFits() {
        for (Operation operation : document.operations()) {
            parameters(operation)
                    .filter(parameter -> parameter.has("example"))
                    .forEach(parameter ->
                            assertFits(operation + parameter.path("name").asString(), parameter));
            document.resolved(operation.json().path("requestBody"))
                    .path("content")
                    .forEach(body -> assertFits(operation + " body", body));
            for (String status : operation.statuses()) {
                if (status.startsWith("2")) {
                    document.response(operation, status)
                            .path("content")
                            .forEach(content -> assertFits(operation + " " + status, content));
                }
            }
        }
        JsonNode rejected = document.json.at("/components/responses/Refused/content/application~1problem+json");
        assertFits("Refused", rejected);
    }

    private void assertFits(String name, JsonNode content) {
        assertThat(content.has("example")).as("%s has an example", name).isTrue();
        assertThat(document.errors(name, content.path("schema"), content.path("example")))
                .as("what is wrong with the example of %s", name)
                .isEmpty();
    }
}
