package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.PagePrinter;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
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
        PagePrinter.print(
                client,
                client.call(node -> node.get("/v1/definitions", Map.of(), Duration.ZERO)),
                DefinitionsCommand::table);
        return CommandLine.ExitCode.OK;
    }

    private static Table table(JsonNode items) {
        Table table = new Table("TYPE", "VERSION");
        items.forEach(item -> table.add(JsonText.value(item.path("type")), JsonText.value(item.path("version"))));
        return table;
    }
}
