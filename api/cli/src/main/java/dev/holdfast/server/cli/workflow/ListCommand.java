package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.PagePrinter;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code holdfast list}. */
@Command(
        name = "list",
        description = "List workflows, newest first.",
        footer = {
            "  ./holdfast list --status running,waiting --type probe.order",
            "  ./holdfast list --waiting-for signal:answer",
            "  ./holdfast list --parent order-7 --status dead_lettered",
            "  ./holdfast list --label tenant=acme --after 2026-01-31T12:00:00Z --limit 500"
        })
public final class ListCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Mixin
    private WorkflowFilters filters;

    @Option(names = "--cursor", paramLabel = "CURSOR", description = "Cursor that the previous page printed.")
    private @Nullable String cursor;

    @SuppressWarnings("NullAway.Init")
    public ListCommand() {}

    @Override
    public Integer call() {
        Map<String, String> query = filters.query();
        Client.put(query, "cursor", cursor);
        return PagePrinter.list(client, "/v1/workflows", query, ListCommand::table);
    }

    static Table table(JsonNode items) {
        Table table =
                new Table("ID", "TYPE", "STATUS", "CREATED", "ATTEMPT", "LAST ERROR").dispensable("ATTEMPT", "CREATED");
        for (JsonNode item : items) {
            table.add(
                    JsonText.value(item.path("id")),
                    JsonText.value(item.path("type")),
                    JsonText.value(item.path("status")),
                    JsonText.time(item.path("createdAt")),
                    JsonText.value(item.path("attempt")),
                    JsonText.error(item.path("lastError")));
        }
        return table;
    }
}
