package dev.holdfast.server.cli.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * HTTP client for one node. Rejected requests and connection errors throw {@link CommandFailedException}. Safe for all
 * threads.
 */
public final class Client implements AutoCloseable {
    /** The HTTP status of a pending result or action. */
    public static final int ACCEPTED = 202;

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int OK = 200;
    private static final int CREATED = 201;
    private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(30);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final URI base;
    private final Optional<String> key;
    private final HttpClient http;

    /** {@code key} is sent with each request; {@code trust} replaces the authorities that Java trusts. */
    public Client(URI base, Optional<String> key, Optional<SSLContext> trust) {
        this.base = base;
        this.key = key;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        trust.or(() -> base.getScheme().equals("http") ? Optional.of(withoutTls()) : Optional.empty())
                .ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    /** For a client that never uses TLS; by default it would read all authorities that Java trusts. */
    private static SSLContext withoutTls() {
        try {
            SSLContext none = SSLContext.getInstance("TLS");
            none.init(new KeyManager[0], new TrustManager[0], null);
            return none;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has TLS", e);
        }
    }

    /** A successful response: its status, its body as received, and the same body parsed. */
    public record Response(int status, String body, JsonNode json) {}

    /** {@code path} is encoded and absolute; {@code wait} is the wait that the request asks of the server. */
    public Response get(String path, Map<String, String> query, Duration wait) {
        return send(request(path, query, wait).GET().build());
    }

    /**
     * Opens a stream of server-sent events behind {@code lastId}, which is empty for the first time. The response has
     * no end by a timeout.
     */
    InputStream stream(String path, String lastId) {
        HttpRequest.Builder request = request(path, Map.of(), Duration.ZERO).header("Accept", "text/event-stream");
        if (!lastId.isEmpty()) {
            header(request, "Last-Event-ID", lastId);
        }
        return stream(request.GET().build());
    }

    /** Passes on each line of a response, of any length, as it comes. {@code path} is encoded and absolute. */
    void lines(String path, Consumer<String> line) {
        InputStream body = stream(request(path, Map.of(), Duration.ZERO).GET().build());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String text = lines.readLine(); text != null; text = lines.readLine()) {
                line.accept(text);
            }
        } catch (IOException e) {
            throw new ConnectionFailure(base, "GET", e).toException();
        }
    }

    private InputStream stream(HttpRequest request) {
        HttpResponse<InputStream> response = sent(request, BodyHandlers.ofInputStream());
        if (response.statusCode() == OK) {
            return response.body();
        }
        try (InputStream body = response.body()) {
            parsed(response.statusCode(), new String(body.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new ConnectionFailure(base, "GET", e).toException();
        }
        throw foreign(response.statusCode());
    }

    public Response post(
            String path, Map<String, String> query, Map<String, String> headers, byte[] json, Duration wait) {
        HttpRequest.Builder request = request(path, query, wait).header("Content-Type", "application/json");
        headers.forEach((name, value) -> header(request, name, value));
        return send(request.POST(BodyPublishers.ofByteArray(json)).build());
    }

    public Response put(String path, byte[] json) {
        return send(request(path, Map.of(), Duration.ZERO)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofByteArray(json))
                .build());
    }

    public Response delete(String path, Map<String, String> query, Map<String, String> headers, Duration wait) {
        HttpRequest.Builder request = request(path, query, wait);
        headers.forEach((name, value) -> header(request, name, value));
        return send(request.DELETE().build());
    }

    /** Encodes one segment of a path. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path, Map<String, String> query, Duration wait) {
        List<String> pairs = new ArrayList<>();
        query.forEach((name, value) -> pairs.add(segment(name) + "=" + segment(value)));
        String target = pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + target)).timeout(RESPONSE_TIMEOUT.plus(wait));
        key.ifPresent(text -> header(request, "Authorization", "Bearer " + text));
        return request;
    }

    private static void header(HttpRequest.Builder request, String name, String value) {
        try {
            request.header(name, value);
        } catch (IllegalArgumentException e) {
            throw CommandFailedException.of(
                    name + " cannot be sent in a header: it has characters other than visible ASCII.");
        }
    }

    private Response send(HttpRequest request) {
        HttpResponse<String> response = sent(request, BodyHandlers.ofString());
        return parsed(response.statusCode(), response.body());
    }

    private <T> HttpResponse<T> sent(HttpRequest request, BodyHandler<T> body) {
        try {
            return http.send(request, body);
        } catch (IOException e) {
            throw new ConnectionFailure(base, request.method(), e).toException();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw CommandFailedException.of("The command was interrupted.");
        }
    }

    /** Holdfast responds with JSON only, and its problems have codes; anything else is a foreign server. */
    private Response parsed(int status, String body) {
        JsonNode json;
        try {
            json = MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw foreign(status);
        }
        if (status == OK || status == CREATED || status == ACCEPTED) {
            return new Response(status, body, json);
        }
        throw json.path("code").isString() ? CommandFailedException.problem(json) : foreign(status);
    }

    private CommandFailedException foreign(int status) {
        return CommandFailedException.of(
                "The server at " + base + " is not Holdfast: it responds with status " + status
                        + " and a foreign body.",
                "Set --url or HOLDFAST_URL to the address of the node, with a path only if an application has one.");
    }

    @Override
    public void close() {
        http.close();
    }

    /** Adds a parameter or header if it has a value. */
    public static void put(Map<String, String> query, String name, @Nullable String value) {
        if (value != null) {
            query.put(name, value);
        }
    }
}
