package dev.holdfast.server.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.server.Deadline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A fake node for states that are hard to reach: responds to paths with JSON, written with ' instead of ". Its streams
 * of events end at once.
 */
public final class ScriptedServer implements AutoCloseable {
    private final Map<String, String> responses;
    private final HttpServer server;
    private final int status;
    private final Set<String> requests = ConcurrentHashMap.newKeySet();
    private final Set<String> lastEventIds = ConcurrentHashMap.newKeySet();
    private volatile String otherwise = "{'code':'NO_SUCH_PATH'}";

    /** {@code responses} by path and query; tests may change them between requests. */
    public ScriptedServer(Map<String, String> responses) {
        this(responses, 0);
    }

    /** Starts a server at the address of a former one. */
    public ScriptedServer(Map<String, String> responses, int port) {
        this(responses, port, 200);
    }

    /** {@code status} is that of all responses that are no problems. */
    public ScriptedServer(Map<String, String> responses, int port, int status) {
        this.responses = responses;
        this.status = status;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::respond);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** The response to all other requests. */
    public void otherwise(String response) {
        otherwise = response;
    }

    /** The ids from which clients went on. */
    public Set<String> lastEventIds() {
        return lastEventIds;
    }

    /** Waits until a request for this path and query has come. */
    public void awaitRequest(String path) {
        Deadline.until(() -> requests, seen -> seen.contains(path));
    }

    private void respond(HttpExchange exchange) throws IOException {
        String uri = exchange.getRequestURI().toString();
        requests.add(uri);
        lastEventIds.addAll(exchange.getRequestHeaders().getOrDefault("Last-Event-ID", List.of()));
        String response = responses.getOrDefault(uri, otherwise);
        byte[] body = response.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        String type = uri.endsWith("/events") ? "text/event-stream" : "application/json";
        exchange.getResponseHeaders().add("Content-Type", type);
        exchange.sendResponseHeaders(response.startsWith("{'code'") ? 404 : status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
