package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.AbstractIntegerAssert;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A response of a server, with assertions. */
public record Response(int status, Map<String, String> headers, String body) {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    public Response {
        Map<String, String> byLowerCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byLowerCase.putAll(headers);
        headers = byLowerCase;
    }

    public JsonNode json() {
        return MAPPER.readTree(body);
    }

    public String text(String member) {
        return json().path(member).asString();
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    public AbstractIntegerAssert<?> assertStatus() {
        return assertThat(status).as("status of %s", this);
    }

    /** Asserts a complete problem with this status and code. */
    public Response assertProblem(int expected, String code) {
        assertStatus().isEqualTo(expected);
        assertThat(header("Content-Type")).contains("application/problem+json");
        assertThat(json().propertyNames())
                .contains("type", "title", "status", "detail", "code", "retryable", "why", "fix");
        assertThat(text("code")).as("code of %s", this).isEqualTo(code);
        assertThat(json().path("status").asInt()).isEqualTo(expected);
        assertThat(text("detail")).isNotBlank();
        return this;
    }

    /** Asserts the name of the invalid parameter, header or member. */
    public Response assertField(String field) {
        assertThat(text("field")).as("field of %s", this).isEqualTo(field);
        return this;
    }
}
