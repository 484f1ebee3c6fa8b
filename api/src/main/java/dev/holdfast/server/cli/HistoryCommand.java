package dev.holdfast.server.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code holdfast history}. */
@Command(
        name = "history",
        description = "Show what one workflow did, in order.",
        footer = {"  ./holdfast history walk-1"})
final class HistoryCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Parameters(paramLabel = "ID", description = "The id of the workflow.")
    private String id;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "500",
            description = "1 to 500. Default: ${DEFAULT-VALUE}.")
    private String limit;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Where the page before ended.")
    private @Nullable String cursor;

    @SuppressWarnings("NullAway.Init")
    HistoryCommand() {}

    @Override
    public Integer call() {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("limit", limit);
        Client.put(query, "cursor", cursor);
        Client.Answer answer =
                client.ask(node -> node.get("/v1/workflows/" + Client.segment(id) + "/history", query, Duration.ZERO));
        Pages.show(client, answer, HistoryCommand::table);
        return CommandLine.ExitCode.OK;
    }

    private static Table table(JsonNode items) {
        Table table = new Table("SEQ", "POSITION", "KIND", "NAME", "STATE", "ATTEMPT", "STARTED", "MILLIS", "ERROR");
        for (JsonNode item : items) {
            table.add(
                    Shown.value(item.path("seq")),
                    Shown.value(item.path("position")),
                    Shown.value(item.path("kind")),
                    Shown.value(item.path("name")),
                    Shown.value(item.path("state")),
                    Shown.value(item.path("attempt")),
                    Shown.time(item.path("startedAt")),
                    Shown.millis(item),
                    Shown.error(item.path("error")));
        }
        return table;
    }
}
