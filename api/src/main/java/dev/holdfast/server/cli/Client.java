package dev.holdfast.server.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a node over HTTP. What is refused, and a node that is not there, throws {@link RefusedException}. */
final class Client implements AutoCloseable {
    /** The status of an answer that says: not yet. */
    static final int ACCEPTED = 202;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final URI base;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build();

    Client(URI base) {
        this.base = base;
    }

    /** An answer: its status, and its body as it came. */
    record Answer(int status, String body) {
        JsonNode json() {
            return MAPPER.readTree(body);
        }
    }

    /** {@code path} encoded, from the root; {@code waits} is how long the server was asked to wait. */
    Answer get(String path, Map<String, String> query, Duration waits) {
        return send(request(path, query, waits).GET().build());
    }

    Answer post(String path, Map<String, String> query, Map<String, String> headers, byte[] json, Duration waits) {
        HttpRequest.Builder request = request(path, query, waits).header("Content-Type", "application/json");
        headers.forEach(request::header);
        return send(request.POST(BodyPublishers.ofByteArray(json)).build());
    }

    /** One segment of a path. */
    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private HttpRequest.Builder request(String path, Map<String, String> query, Duration waits) {
        List<String> pairs = new ArrayList<>();
        query.forEach((name, value) -> pairs.add(segment(name) + "=" + segment(value)));
        String target = pairs.isEmpty() ? path : path + "?" + String.join("&", pairs);
        return HttpRequest.newBuilder(URI.create(base + target)).timeout(ANSWER.plus(waits));
    }

    private Answer send(HttpRequest request) {
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            Answer answer = new Answer(response.statusCode(), response.body());
            if (answer.status() >= 400) {
                throw refused(answer);
            }
            return answer;
        } catch (ConnectException e) {
            throw new RefusedException(
                    "No server answers at " + base + ": start one with `holdfast dev`, or say with --url where it is.");
        } catch (HttpTimeoutException e) {
            throw new RefusedException("The server at " + base + " did not answer in time; whether it did what it was"
                    + " asked is unknown.");
        } catch (IOException e) {
            throw new RefusedException("The connection to " + base + " broke: " + e.getMessage()
                    + "; whether the server did what it was asked is unknown.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException("Interrupted.");
        }
    }

    private static RefusedException refused(Answer answer) {
        try {
            JsonNode problem = answer.json();
            List<String> lines = new ArrayList<>();
            lines.add(problem.path("code").asString(String.valueOf(answer.status())) + ": "
                    + problem.path("detail").asString(""));
            String fix = problem.path("fix").asString("");
            if (!fix.isEmpty()) {
                lines.add(fix);
            }
            return new RefusedException(lines);
        } catch (JacksonException e) {
            return new RefusedException("The server answered " + answer.status() + ", which is no answer of Holdfast.");
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
