package dev.holdfast.server.cli;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code holdfast nodes}. */
@Command(
        name = "nodes",
        description = "List the nodes that share the workflows of the database.",
        footer = {"  ./holdfast nodes"})
final class NodesCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @SuppressWarnings("NullAway.Init")
    NodesCommand() {}

    @Override
    public Integer call() {
        Client.Answer answer = client.ask(node -> node.get("/v1/nodes", Map.of(), Duration.ZERO));
        Pages.show(client, answer, NodesCommand::table);
        return CommandLine.ExitCode.OK;
    }

    private static Table table(JsonNode items) {
        Table table =
                new Table("NAME", "VERSION", "JOINED", "BUCKETS", "EPOCH", "LOADED", "WAITING", "LEASE AGE MILLIS");
        for (JsonNode item : items) {
            table.add(
                    Shown.value(item.path("name")),
                    Shown.value(item.path("version")),
                    Shown.time(item.path("joinedAt")),
                    Shown.value(item.path("buckets")),
                    Shown.value(item.path("epoch")),
                    Shown.value(item.path("loaded")),
                    Shown.value(item.path("waiting")),
                    Shown.value(item.path("leaseAgeMillis")));
        }
        return table;
    }
}
