package dev.holdfast.server.cli;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code holdfast retention list}. */
@Command(
        name = "list",
        description = {
            "List the rules of retention; * is any.",
            "Where several fit a workflow, the definition decides before the status."
        },
        footer = {"  ./holdfast retention list"})
final class RetentionListCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @SuppressWarnings("NullAway.Init")
    RetentionListCommand() {}

    @Override
    public Integer call() {
        Client.Answer answer = client.ask(node -> node.get(RetentionCommand.PATH, Map.of(), Duration.ZERO));
        Pages.show(client, answer, RetentionListCommand::table);
        return CommandLine.ExitCode.OK;
    }

    private static Table table(JsonNode items) {
        Table table = new Table("DEFINITION", "STATUS", "KEEP");
        for (JsonNode item : items) {
            table.add(
                    Shown.value(item.path("definition")),
                    Shown.value(item.path("status")),
                    Shown.value(item.path("keep")));
        }
        return table;
    }
}
