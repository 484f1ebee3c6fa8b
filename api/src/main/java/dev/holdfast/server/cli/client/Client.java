package dev.holdfast.server.cli.client;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a node over HTTP. What is refused, and a node that is not there, throws {@link CommandFailedException}. */
public final class Client implements AutoCloseable {
    /** The status of an answer that says: not yet. */
    public static final int ACCEPTED = 202;

    static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final URI base;
    private final Optional<String> key;
    private final HttpClient http;

    /** {@code key} is sent with each question; {@code trust} says which nodes to trust, in place of Java. */
    public Client(URI base, Optional<String> key, Optional<SSLContext> trust) {
        this.base = base;
        this.key = key;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        trust.ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /** An answer: its status, and its body as it came, which is the JSON beside it. */
    public record Answer(int status, String body, JsonNode json) {}

    /** {@code path} encoded, from the root; {@code waits} is how long the server was asked to wait. */
    public Answer get(String path, Map<String, String> query, Duration waits) {
        return send(request(path, query, waits).GET().build());
    }

    public Answer post(
            String path, Map<String, String> query, Map<String, String> headers, byte[] json, Duration waits) {
        HttpRequest.Builder request = request(path, query, waits).header("Content-Type", "application/json");
        headers.forEach((name, value) -> header(request, name, value));
        return send(request.POST(BodyPublishers.ofByteArray(json)).build());
    }

    public Answer put(String path, byte[] json) {
        return send(request(path, Map.of(), Duration.ZERO)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(json))
                .build());
    }

    public Answer delete(String path, Map<String, String> query, Map<String, String> headers, Duration waits) {
        HttpRequest.Builder request = request(path, query, waits);
        headers.forEach((name, value) -> header(request, name, value));
        return send(request.DELETE().build());
    }

    /** One segment of a path. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path, Map<String, String> query, Duration waits) {
        List<String> pairs = new ArrayList<>();
        query.forEach((name, value) -> pairs.add(segment(name) + "=" + segment(value)));
        String target = pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + target)).timeout(ANSWER.plus(waits));
        key.ifPresent(text -> header(request, "Authorization", "Bearer " + text));
        return request;
    }

    private static void header(HttpRequest.Builder request, String name, String value) {
        try {
            request.header(name, value);
        } catch (IllegalArgumentException e) {
            throw CommandFailedException.because(name + " cannot be sent: it has characters that no header can carry.");
        }
    }

    private Answer send(HttpRequest request) {
        try {
            return answer(http.send(request, BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new ConnectionFailure(base, request.method(), e).refusal();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailedException.because("Interrupted.");
        }
    }

    /** Holdfast answers nothing but JSON, and its problems have codes. */
    private Answer answer(HttpResponse<String> response) {
        int status = response.statusCode();
        JsonNode json;
        try {
            json = MAPPER.readTree(response.body());
        } catch (JacksonException e) {
            throw stranger(status);
        }
        if (status == OK || status == CREATED || status == ACCEPTED) {
            return new Answer(status, response.body(), json);
        }
        throw json.path("code").isString() ? CommandFailedException.problem(json) : stranger(status);
    }

    private CommandFailedException stranger(int status) {
        return CommandFailedException.because(
                "Something answers at " + base + ", but with status " + status + " and not as Holdfast does.",
                "Say with --url or HOLDFAST_URL where the node is, without a path.");
    }

    @Override
    public void close() {
        http.close();
    }

    /** Adds a parameter or header, unless it was not given. */
    public static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
