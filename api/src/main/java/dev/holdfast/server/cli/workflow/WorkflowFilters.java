package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which workflows: the same for all commands that show many. */
final class WorkflowFilters {
    @Option(names = "--type", paramLabel = "TYPE", description = "Of this definition.")
    private @Nullable String type;

    @Option(names = "--status", paramLabel = "STATUS", description = "In one of these states, with commas.")
    private @Nullable String status;

    @Option(names = "--label", paramLabel = "NAME=VALUE", description = "With this label; may be given again.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--after",
            paramLabel = "TIME",
            description = "Accepted then or later, such as 2026-01-31T12:00:00Z.")
    private @Nullable String after;

    @Option(names = "--before", paramLabel = "TIME", description = "Accepted before.")
    private @Nullable String before;

    @Option(names = "--limit", paramLabel = "N", description = "1 to 500. Default: 50.")
    private @Nullable String limit;

    WorkflowFilters() {}

    /** As the API takes them; empty where nothing is asked for. */
    Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        Client.put(query, "type", type);
        Client.put(query, "status", status);
        labels.forEach((name, value) -> query.put("label." + name, value));
        Client.put(query, "after", after);
        Client.put(query, "before", before);
        Client.put(query, "limit", limit);
        return query;
    }
}
