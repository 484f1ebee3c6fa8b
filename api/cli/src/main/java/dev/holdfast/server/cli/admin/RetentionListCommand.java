package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.PagePrinter;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code holdfast retention list}. */
@Command(
        name = "list",
        description = {
            "List the retention rules; * means any.",
            "If several match a workflow, the definition takes precedence over the status."
        },
        footer = {"  ./holdfast retention list"})
final class RetentionListCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @SuppressWarnings("NullAway.Init")
    RetentionListCommand() {}

    @Override
    public Integer call() {
        return PagePrinter.list(client, RetentionCommand.PATH, Map.of(), RetentionListCommand::table);
    }

    private static Table table(JsonNode items) {
        Table table = new Table("DEFINITION", "STATUS", "KEEP");
        for (JsonNode item : items) {
            table.add(
                    JsonText.value(item.path("definition")),
                    JsonText.value(item.path("status")),
                    JsonText.duration(item.path("keep")));
        }
        return table;
    }
}
