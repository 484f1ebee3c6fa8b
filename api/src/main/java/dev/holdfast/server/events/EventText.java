package dev.holdfast.server.events;

import dev.holdfast.engine.feed.FeedEvent;
import dev.holdfast.server.http.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The lines of an event stream: https://html.spec.whatwg.org/multipage/server-sent-events.html. The id of an event is
 * the seq of the last value that was sent, so that a client that comes back with its last id has missed none.
 * Stateless.
 */
final class EventText {
    /** How long clients wait before they connect again. */
    static final byte[] RETRY = utf8("retry: 2000\n\n");

    static final byte[] COMMENT = utf8(":\n\n");

    private EventText() {}

    /** The id of an event; {@code before} is that of the one before. */
    static int id(FeedEvent event, int before) {
        return event instanceof FeedEvent.Published published
                ? published.value().seq()
                : before;
    }

    static byte[] of(String workflow, FeedEvent event, int id) {
        return utf8("id: " + id + "\n"
                + switch (event) {
                    case FeedEvent.Status status -> "event: status\n" + data(status(workflow, status));
                    case FeedEvent.Published published ->
                        "event: published\n" + data(PublishedView.of(published.value()));
                });
    }

    private static Map<String, Object> status(String workflow, FeedEvent.Status event) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", workflow);
        members.put("status", event.status());
        return members;
    }

    /** A value of another codec may have line breaks. */
    private static String data(Object value) {
        String json = new String(JsonWriter.bytes(value), StandardCharsets.UTF_8);
        return "data: "
                + json.lines()
                        .reduce((above, below) -> above + "\ndata: " + below)
                        .orElseThrow() + "\n\n";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
