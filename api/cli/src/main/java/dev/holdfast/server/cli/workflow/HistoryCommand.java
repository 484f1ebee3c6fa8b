package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.PagePrinter;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
import dev.holdfast.server.cli.value.Values;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code holdfast history}. */
@Command(
        name = "history",
        description = "Show the history of one workflow, in order.",
        footer = {"  ./holdfast history walk-1"})
public final class HistoryCommand implements Callable<Integer> {
    private static final List<String> COLUMNS =
            List.of("SEQ", "POSITION", "KIND", "NAME", "STATE", "ATTEMPT", "STARTED", "TOOK", "ERROR");

    private static final String BRANCH = "BRANCH";

    @Mixin
    private ClientOptions client;

    @Parameters(paramLabel = "ID", converter = Values.Id.class, description = "The id of the workflow.")
    private String id;

    @Option(
            names = "--limit",
            paramLabel = "N",
            converter = Values.Limit.class,
            defaultValue = "500",
            description = "1 to 500. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Cursor that the previous page printed.")
    private @Nullable String cursor;

    @SuppressWarnings("NullAway.Init")
    public HistoryCommand() {}

    @Override
    public Integer call() {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("limit", String.valueOf(limit));
        Client.put(query, "cursor", cursor);
        return PagePrinter.list(
                client, "/v1/workflows/" + Client.segment(id) + "/history", query, HistoryCommand::table);
    }

    /** With a column for branches if there are any. */
    private static Table table(JsonNode items) {
        boolean branches = false;
        for (JsonNode item : items) {
            branches |= !item.path("branch").asString("").isEmpty();
        }
        List<String> columns = new ArrayList<>(COLUMNS);
        if (branches) {
            columns.add(1, BRANCH);
        }
        Table table =
                new Table(columns.toArray(String[]::new)).dispensable("SEQ", "POSITION", "KIND", "STARTED", "TOOK");
        for (JsonNode item : items) {
            List<String> row = new ArrayList<>(List.of(
                    JsonText.value(item.path("seq")),
                    JsonText.value(item.path("position")),
                    JsonText.value(item.path("kind")),
                    name(item),
                    JsonText.value(item.path("state")),
                    item.path("position").isNumber() ? JsonText.value(item.path("attempt")) : "-",
                    JsonText.time(item.path("startedAt")),
                    JsonText.took(item),
                    JsonText.error(item.path("error"))));
            if (branches) {
                String branch = item.path("branch").asString("");
                row.add(1, branch.isEmpty() ? "-" : branch);
            }
            table.add(row.toArray(String[]::new));
        }
        return table;
    }

    /** With the id of a workflow that was started. */
    private static String name(JsonNode item) {
        String name = JsonText.value(item.path("name"));
        boolean started = item.path("state").asString("").equals("started")
                || item.path("state").asString("").equals("detached");
        return started && item.path("kind").asString("").equals("child")
                ? name + " " + JsonText.value(item.path("idempotencyKey"))
                : name;
    }
}
