package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Shows the newest workflows: redraws a table on a terminal, else prints changes since the last poll. Used by one
 * thread.
 */
final class WorkflowListWatch {
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final ClientOptions client;
    private final Client node;
    private final Map<String, String> query;
    private final Optional<Terminal> terminal;
    /** The workflows of the last page, by id. */
    private Map<String, JsonNode> printed = Map.of();

    WorkflowListWatch(ClientOptions client, Client node, Map<String, String> query, Optional<Terminal> terminal) {
        this.client = client;
        this.node = node;
        this.query = query;
        this.terminal = client.json() ? Optional.empty() : terminal;
    }

    /** Always returns false: this watch ends by Ctrl-C only. */
    boolean poll() {
        JsonNode items = node.get("/v1/workflows", query, Duration.ZERO).json().path("items");
        terminal.ifPresentOrElse(screen -> draw(screen, items), () -> changes(items));
        client.out().flush();
        return false;
    }

    private void draw(Terminal screen, JsonNode items) {
        client.out().print(screen.frame(columns -> {
            List<String> lines = new ArrayList<>();
            lines.add("The newest workflows, redrawn each second. Ctrl-C ends it.");
            lines.addAll(ListCommand.table(items).lines(columns));
            return lines;
        }));
    }

    /** Prints changes in order, the oldest workflow first. */
    private void changes(JsonNode items) {
        Map<String, JsonNode> now = new HashMap<>();
        for (int i = items.size() - 1; i >= 0; i--) {
            JsonNode item = items.get(i);
            String id = JsonText.value(item.path("id"));
            now.put(id, item);
            if (!item.equals(printed.get(id))) {
                client.out().println(client.json() ? item.toString() : WatchLines.workflow(item));
            }
        }
        printed = now;
    }
}
