package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.EventSource;
import dev.holdfast.server.cli.client.ServerEvent;
import dev.holdfast.server.cli.output.JsonText;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Prints the changes of one workflow since the last poll: its events, and before them the history that led there. Used
 * by one thread.
 */
final class WorkflowWatch implements AutoCloseable {
    static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Set<String> FINAL = Set.of("COMPLETED", "FAILED", "CANCELLED");
    private static final String PAGE = "500";

    private final ClientOptions client;
    private final Client node;
    private final String path;
    /** The printed history items, by seq. */
    private final Map<Integer, JsonNode> printed = new HashMap<>();
    /** The cursor of the last page, so that a poll does not read a long history from its beginning. */
    private @Nullable String cursor;

    private final EventSource source;
    /** Those that are not printed yet: the node may fail to answer in between. */
    private final Deque<ServerEvent> events = new ArrayDeque<>();
    /** The final status. */
    private @Nullable ServerEvent last;

    private String status = "";

    WorkflowWatch(ClientOptions client, Client node, String id) {
        this.client = client;
        this.node = node;
        this.path = "/v1/workflows/" + Client.segment(id);
        this.source = new EventSource(node, path + "/events");
    }

    /** Returns whether the workflow has ended. */
    boolean poll() {
        if (!(source.isOver() && last != null)) {
            source.poll().forEach(this::add);
        }
        boolean over = source.isOver(); // the node ends the stream behind the final status
        history();
        while (!events.isEmpty()) {
            print(events.element());
            events.remove();
        }
        if (over && last != null) {
            printStatus();
        }
        client.out().flush();
        return over && FINAL.contains(status);
    }

    private void add(ServerEvent event) {
        String now = event.data().path("status").asString("");
        if (now.equals("COMPENSATING") || FINAL.contains(now)) {
            cursor = null; // earlier steps may have been compensated
        }
        if (FINAL.contains(now)) {
            last = event;
        } else {
            events.add(event);
        }
    }

    private void print(ServerEvent event) {
        if (event.type().equals("published")) {
            ObjectNode published = JsonNodeFactory.instance.objectNode().put("seq", Integer.parseInt(event.id()));
            event.data().forEachEntry(published::set);
            print(published, WatchLines.published(published));
        } else if (!event.data().path("status").asString("").equals(status)) {
            printStatus();
        }
    }

    /** A final status is printed only once the values before it are. */
    private void printStatus() {
        JsonNode workflow = node.get(path, Map.of(), Duration.ZERO).json();
        String now = JsonText.value(workflow.path("status"));
        if (!now.equals(status) && (last != null || !FINAL.contains(now))) {
            status = now;
            print(workflow, WatchLines.status(workflow, client::command));
        }
    }

    boolean completed() {
        return status.equals("COMPLETED");
    }

    @Override
    public void close() {
        source.close();
    }

    private void history() {
        boolean more = true;
        while (more) {
            Map<String, String> query = new LinkedHashMap<>(Map.of("limit", PAGE));
            Client.put(query, "cursor", cursor);
            JsonNode page = node.get(path + "/history", query, Duration.ZERO).json();
            page.path("items").forEach(this::item);
            more = page.path("next").isString();
            cursor = more ? page.path("next").stringValue() : cursor;
        }
    }

    private void item(JsonNode item) {
        boolean isNew = !item.equals(printed.put(item.path("seq").asInt(), item));
        if (isNew && !item.path("state").asString("").equals("published")) { // its event has the value
            print(item, WatchLines.item(item));
        }
    }

    private void print(JsonNode json, String line) {
        client.out().println(client.json() ? json.toString() : line);
    }
}
