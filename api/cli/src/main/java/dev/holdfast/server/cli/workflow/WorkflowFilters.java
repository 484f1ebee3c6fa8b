package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.value.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Filters of the commands that show many workflows. */
final class WorkflowFilters {
    @Option(
            names = "--type",
            paramLabel = "TYPE",
            converter = Values.Type.class,
            description = "Only workflows of this definition.")
    private @Nullable String type;

    @Option(
            names = "--status",
            paramLabel = "STATUS",
            split = ",",
            converter = Values.Status.class,
            completionCandidates = Values.Status.class,
            description = "Only these states, separated by commas: ${COMPLETION-CANDIDATES}.")
    private List<String> statuses = new ArrayList<>();

    @Option(
            names = "--label",
            paramLabel = "NAME=VALUE",
            description = "Only workflows with this label; may be repeated.")
    private Map<String, String> labels = new LinkedHashMap<>();

    @Option(
            names = "--waiting-for",
            paramLabel = "KIND[:NAME]",
            converter = Values.WaitingFor.class,
            completionCandidates = Values.WaitingFor.class,
            description =
                    "Only workflows that wait for this, in any branch: ${COMPLETION-CANDIDATES}; or one of a name,"
                            + " such as signal:approval.")
    private @Nullable String waitingFor;

    @Option(
            names = "--parent",
            paramLabel = "ID",
            converter = Values.Id.class,
            description = "Only children of this workflow.")
    private @Nullable String parent;

    @Option(
            names = "--after",
            paramLabel = "TIME",
            converter = Values.Time.class,
            description = "Accepted at or after this time, such as 2026-01-31T12:00:00Z.")
    private @Nullable String after;

    @Option(
            names = "--before",
            paramLabel = "TIME",
            converter = Values.Time.class,
            description = "Accepted before this time.")
    private @Nullable String before;

    @Option(names = "--limit", paramLabel = "N", converter = Values.Limit.class, description = "1 to 500. Default: 50.")
    private @Nullable Integer limit;

    WorkflowFilters() {}

    /** The query of the request; empty without filters. */
    Map<String, String> query() {
        Map<String, String> query = new LinkedHashMap<>();
        Client.put(query, "type", type);
        Client.put(query, "status", statuses.isEmpty() ? null : String.join(",", statuses));
        labels.forEach((name, value) -> query.put("label." + name, value));
        Client.put(query, "waiting-for", waitingFor);
        Client.put(query, "parent", parent);
        Client.put(query, "after", after);
        Client.put(query, "before", before);
        Client.put(query, "limit", limit == null ? null : String.valueOf(limit));
        return query;
    }
}
