package dev.holdfast.server.cli;

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
        description = "List the definitions that can be submitted to the node.",
        footer = {"  ./holdfast definitions"})
final class DefinitionsCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @SuppressWarnings("NullAway.Init")
    DefinitionsCommand() {}

    @Override
    public Integer call() {
        Pages.show(
                client,
                client.ask(node -> node.get("/v1/definitions", Map.of(), Duration.ZERO)),
                DefinitionsCommand::table);
        return CommandLine.ExitCode.OK;
    }

    private static Table table(JsonNode items) {
        Table table = new Table("TYPE", "VERSION");
        items.forEach(item -> table.add(Shown.value(item.path("type")), Shown.value(item.path("version"))));
        return table;
    }
}
