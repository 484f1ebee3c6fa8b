package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.HistoryExport;
import dev.holdfast.server.cli.client.PagePrinter;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
import dev.holdfast.server.cli.value.Values;
import java.util.LinkedHashMap;
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
        description = {
            "Show the history of one workflow, in order.",
            "Branches are drawn as a tree, those of a join beneath it.",
            "With --export, print everything that a replay in a test needs, with all values."
        },
        footer = {"  ./holdfast history walk-1", "  ./holdfast history walk-1 --export"})
public final class HistoryCommand implements Callable<Integer> {
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

    @Option(names = "--export", description = "Print the whole history with its values, as lines of JSON.")
    private boolean export;

    @SuppressWarnings("NullAway.Init")
    public HistoryCommand() {}

    @Override
    public Integer call() {
        if (export && cursor != null) {
            throw client.usage("--export and --cursor are both present: an export is always whole.");
        }
        if (export) {
            return client.call(node -> new HistoryExport(client.out()).run(node, id));
        }
        Map<String, String> query = new LinkedHashMap<>();
        query.put("limit", String.valueOf(limit));
        Client.put(query, "cursor", cursor);
        return PagePrinter.list(
                client, "/v1/workflows/" + Client.segment(id) + "/history", query, HistoryCommand::table);
    }

    private static Table table(JsonNode items) {
        Table table = new Table("SEQ", "POSITION", "KIND", "NAME", "STATE", "ATTEMPT", "STARTED", "TOOK", "ERROR")
                .dispensable("POSITION", "KIND", "STARTED", "SEQ", "TOOK");
        HistoryTree.lines(items).forEach(line -> table.add(cells(line)));
        return table;
    }

    private static String[] cells(HistoryTree.Line line) {
        if (line.item().isEmpty()) {
            return new String[] {"", "", "", line.name(), "", "", "", "", ""};
        }
        JsonNode item = line.item().orElseThrow();
        return new String[] {
            JsonText.value(item.path("seq")),
            JsonText.value(item.path("position")),
            JsonText.value(item.path("kind")),
            line.name(),
            JsonText.value(item.path("state")),
            item.path("position").isNumber() ? JsonText.value(item.path("attempt")) : "-",
            JsonText.time(item.path("startedAt")),
            JsonText.took(item),
            JsonText.error(item.path("error"))
        };
    }
}
