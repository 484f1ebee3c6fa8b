package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.output.JsonText;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Prints what is new about one workflow since the last look. One thread. */
final class WorkflowWatch {
    static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Set<String> FINAL = Set.of("COMPLETED", "FAILED", "CANCELLED");
    private static final String PAGE = "500";

    private final ClientOptions client;
    private final Client node;
    private final String path;
    /** Lines of the history as they were printed last, by their seq. */
    private final Map<Integer, JsonNode> printed = new HashMap<>();
    /** Where the last page begins: a long history is not read from its beginning each time. */
    private @Nullable String cursor;

    private String status = "";

    WorkflowWatch(ClientOptions client, Client node, String id) {
        this.client = client;
        this.node = node;
        this.path = "/v1/workflows/" + Client.segment(id);
    }

    /** Whether it has ended. */
    boolean look() {
        // The workflow first: the history that is read after its end is whole.
        JsonNode workflow = node.get(path, Map.of(), Duration.ZERO).json();
        String now = JsonText.value(workflow.path("status"));
        if (now.equals("COMPENSATING") || FINAL.contains(now)) {
            cursor = null; // what lies further back may have been undone
        }
        history();
        if (!now.equals(status)) {
            status = now;
            print(workflow, WatchLines.status(workflow, client::command));
        }
        client.out().flush();
        return FINAL.contains(now);
    }

    boolean completed() {
        return status.equals("COMPLETED");
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
        if (!item.equals(printed.put(item.path("seq").asInt(), item))) {
            print(item, WatchLines.item(item));
        }
    }

    private void print(JsonNode json, String line) {
        client.out().println(client.json() ? json.toString() : line);
    }
}
