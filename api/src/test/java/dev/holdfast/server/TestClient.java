package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.openapi.OpenApi;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.logging.LogManager;

/** An HTTP client for one address. */
public final class TestClient implements AutoCloseable {
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);

    static {
        LogManager.getLogManager().reset(); // so that Helidon does not log to stderr
    }

    private final HttpClient http = HttpClient.newHttpClient();
    private final Supplier<String> url;
    private final Optional<String> key;

    public TestClient(Supplier<String> url) {
        this(url, Optional.empty());
    }

    /** With an API key. */
    TestClient(Supplier<String> url, Optional<String> key) {
        this.url = url;
        this.key = key;
    }

    public HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url.get() + path)).timeout(RESPONSE_TIMEOUT);
        key.ifPresent(text -> request.header("Authorization", "Bearer " + text));
        return request;
    }

    public Response send(HttpRequest.Builder request) {
        try {
            var response = http.send(request.build(), BodyHandlers.ofString());
            Map<String, String> headers = new LinkedHashMap<>();
            response.headers().map().forEach((name, values) -> headers.put(name, String.join(", ", values)));
            return described(response.request(), new Response(response.statusCode(), headers, response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asserts for every response that it has a request id and that the OpenAPI document describes it. */
    private static Response described(HttpRequest request, Response response) {
        assertThat(response.header("X-Request-Id"))
                .as("the id of the request of %s", response)
                .isPresent();
        OpenApi document = OpenApi.document();
        document.operation(request.method(), request.uri().getRawPath())
                .ifPresent(operation -> document.assertDescribes(operation, response));
        return response;
    }

    /** Whether a server responds. */
    boolean isLive() {
        try {
            return get("/health/live").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    public Response get(String path) {
        return send(request(path));
    }

    /** A POST of JSON with pairs of header names and values. */
    public Response post(String path, String json, String... headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request.POST(BodyPublishers.ofString(json)));
    }

    public Response put(String path, String json) {
        return send(request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(json)));
    }

    public Response delete(String path) {
        return send(request(path).DELETE());
    }

    @Override
    public void close() {
        http.close();
    }
}
