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

/** Prints changes of one workflow since the last poll. Used by one thread. */
final class WorkflowWatch {
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

    private String status = "";

    WorkflowWatch(ClientOptions client, Client node, String id) {
        this.client = client;
        this.node = node;
        this.path = "/v1/workflows/" + Client.segment(id);
    }

    /** Returns whether the workflow has ended. */
    boolean poll() {
        // Reads the workflow first: a history that is read after the end is complete.
        JsonNode workflow = node.get(path, Map.of(), Duration.ZERO).json();
        String now = JsonText.value(workflow.path("status"));
        if (now.equals("COMPENSATING") || FINAL.contains(now)) {
            cursor = null; // earlier steps may have been compensated
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
