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

/** {@code holdfast definitions}. */
@Command(
        name = "definitions",
        description = "List the definitions that the node accepts.",
        footer = {"  ./holdfast definitions"})
public final class DefinitionsCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @SuppressWarnings("NullAway.Init")
    public DefinitionsCommand() {}

    @Override
    public Integer call() {
        return PagePrinter.list(client, "/v1/definitions", Map.of(), DefinitionsCommand::table);
    }

    private static Table table(JsonNode items) {
        Table table = new Table("TYPE", "VERSION");
        items.forEach(item -> table.add(JsonText.value(item.path("type")), JsonText.value(item.path("version"))));
        return table;
    }
}
