package dev.holdfast.server.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import dev.holdfast.server.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** The OpenAPI document, with assertions that responses fit it. */
public final class OpenApi {
    static final String RESOURCE = "/dev/holdfast/server/routes/openapi.json";
    static final String DEFAULT = "default";
    private static final OpenApi DOCUMENT = new OpenApi();

    public final JsonNode json = read();
    private final List<Operation> operations = json.path("paths")
            .propertyStream()
            .flatMap(path -> path.getValue()
                    .propertyStream()
                    .map(method ->
                            new Operation(method.getKey().toUpperCase(Locale.ROOT), path.getKey(), method.getValue())))
            .toList();
    private final Map<String, Schema> schemas = new ConcurrentHashMap<>();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            Dialect.builder(Dialects.getDraft202012())
                    .keyword(new NonValidationKeyword("components"))
                    .build(),
            builder -> builder.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    /** One method of one path. */
    public record Operation(String method, String path, JsonNode json) {
        boolean serves(String wantedMethod, String wantedPath) {
            String pattern = path.replaceAll("\\{[^}]+}", "[^/]+");
            return method.equals(wantedMethod) && Pattern.matches(pattern, wantedPath);
        }

        /** The documented statuses, and {@link #DEFAULT}. */
        List<String> statuses() {
            return List.copyOf(json.path("responses").propertyNames());
        }

        /** The documented status that covers a response. */
        String status(Response response) {
            String status = String.valueOf(response.status());
            return json.path("responses").has(status) ? status : DEFAULT;
        }

        /** The path with this value for its parameter, and a valid one for a status. */
        public String at(String value) {
            return path.replace("{status}", "FAILED").replaceAll("\\{[^}]+}", value);
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    public static OpenApi document() {
        return DOCUMENT;
    }

    private static JsonNode read() {
        try (InputStream in = OpenApi.class.getResourceAsStream(RESOURCE)) {
            return JsonMapper.shared().readTree(Objects.requireNonNull(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<Operation> operations() {
        return operations;
    }

    public Optional<Operation> operation(String method, String path) {
        return operations.stream()
                .filter(operation -> operation.serves(method, path))
                .findFirst();
    }

    /** Resolves a reference; returns other nodes unchanged. */
    JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? json.at(node.path("$ref").asString().substring(1)) : node;
    }

    /** The required query of an operation, such as {@code ?reason=...}; empty if there is none. */
    public String requiredQuery(Operation operation) {
        return operation
                .json()
                .path("parameters")
                .valueStream()
                .map(this::resolved)
                .filter(parameter -> parameter.path("in").asString().equals("query"))
                .filter(parameter -> parameter.path("required").asBoolean())
                .map(parameter -> "?" + parameter.path("name").asString() + "="
                        + URLEncoder.encode(parameter.path("example").asString(), StandardCharsets.UTF_8))
                .collect(Collectors.joining());
    }

    JsonNode response(Operation operation, String status) {
        return resolved(operation.json().path("responses").path(status));
    }

    /** Asserts that the document describes the response: status, headers, media type and every member. */
    public void assertDescribes(Operation operation, Response response) {
        String status = operation.status(response);
        JsonNode documented = response(operation, status);
        String what = operation + " " + status;
        documented.path("headers").forEachEntry((name, header) -> assertHeader(what, name, resolved(header), response));
        String type = response.header("Content-Type").orElse("none");
        assertThat(documented.path("content").propertyNames())
                .as("media types of %s, which returned %s", what, response)
                .containsExactly(type);
        JsonNode schema = documented.path("content").path(type).path("schema");
        JsonNode body = type.contains("json") && !type.contains("jsonl")
                ? response.json()
                : StringNode.valueOf(response.body());
        assertThat(errors(what, schema, body))
                .as("errors of the response of %s: %s", what, response)
                .isEmpty();
        if (response.status() >= 400) {
            assertThat(response.json().path("status").asInt()).isEqualTo(response.status());
        }
    }

    private void assertHeader(String what, String name, JsonNode header, Response response) {
        Optional<String> value = response.header(name);
        if (header.path("required").asBoolean()) {
            assertThat(value).as("header %s of %s", name, what).isPresent();
        }
        value.ifPresent(text -> assertThat(errors(
                        what + " " + name,
                        header.path("schema"),
                        JsonMapper.shared().valueToTree(text)))
                .as("what is wrong with header %s of %s: %s", name, what, text)
                .isEmpty());
    }

    /** The errors of a value against a schema of this document; {@code name} identifies the schema. */
    public List<?> errors(String name, JsonNode schema, JsonNode value) {
        return schemas.computeIfAbsent(name, key -> whole(schema)).validate(value);
    }

    /** Adds the components, so that references resolve. */
    private Schema whole(JsonNode schema) {
        ObjectNode root = ((ObjectNode) schema).deepCopy();
        root.set("components", json.path("components"));
        return registry.getSchema(root);
    }

    /** The errors of a schema itself. */
    List<?> errorsOfSchema(JsonNode schema) {
        return registry.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
                .validate(schema);
    }
}
