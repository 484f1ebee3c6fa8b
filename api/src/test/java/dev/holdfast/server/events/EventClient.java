package dev.holdfast.server.events;

import dev.holdfast.server.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** Reads a stream of server-sent events. */
final class EventClient implements AutoCloseable {
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpResponse<Stream<String>> response;
    private final Iterator<String> lines;

    /** {@code headers} are pairs of names and values. */
    EventClient(TestClient client, String workflow, String... headers) {
        var request = client.request("/v1/workflows/" + workflow + "/events");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            response = http.send(request.build(), BodyHandlers.ofLines());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        lines = response.body().iterator();
    }

    int status() {
        return response.statusCode();
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    /** As {@link #nextWithId}, of a status without its id, which is that of the value before. */
    String next() {
        return nextWithId().replaceFirst("^id: \\d+\\|event: status", "event: status");
    }

    /** The next event or comment, its lines joined by a bar; empty at the end of the stream. */
    String nextWithId() {
        List<String> event = new ArrayList<>();
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.isEmpty()) {
                return String.join("|", event);
            }
            event.add(line);
        }
        return "";
    }

    /** All events up to the end. */
    List<String> rest() {
        List<String> rest = new ArrayList<>();
        for (String event = next(); !event.isEmpty(); event = next()) {
            rest.add(event);
        }
        return rest;
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
