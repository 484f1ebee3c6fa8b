package dev.holdfast.server.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Stands for a node in states that are hard to reach: answers paths with JSON, in which ' stands for ". */
public final class ScriptedServer implements AutoCloseable {
    private final Map<String, String> answers;
    private final HttpServer server;

    /** {@code answers} by path and query; may be changed between questions. */
    public ScriptedServer(Map<String, String> answers) {
        this(answers, 0);
    }

    /** Where another one was. */
    public ScriptedServer(Map<String, String> answers, int port) {
        this.answers = answers;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public String url() {
        return "http://127.0.0.1:" + port();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String answer = answers.getOrDefault(exchange.getRequestURI().toString(), "{'code':'NO_SUCH_PATH'}");
        byte[] body = answer.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(answer.startsWith("{'code'") ? 404 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
