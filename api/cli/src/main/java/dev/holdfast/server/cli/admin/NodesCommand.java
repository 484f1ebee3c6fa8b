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

/** {@code holdfast nodes}. */
@Command(
        name = "nodes",
        description = "List the nodes that share the workflows of the database.",
        footer = {"  ./holdfast nodes"})
public final class NodesCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @SuppressWarnings("NullAway.Init")
    public NodesCommand() {}

    @Override
    public Integer call() {
        return PagePrinter.list(client, "/v1/nodes", Map.of(), NodesCommand::table);
    }

    private static Table table(JsonNode items) {
        Table table = new Table(
                        "NAME",
                        "VERSION",
                        "JOINED",
                        "DEFINITIONS",
                        "BUCKETS",
                        "EPOCH",
                        "LOADED",
                        "WAITING",
                        "LEASE AGE")
                .dispensable("EPOCH", "VERSION", "JOINED");
        for (JsonNode item : items) {
            table.add(
                    JsonText.value(item.path("name")),
                    JsonText.value(item.path("version")),
                    JsonText.time(item.path("joinedAt")),
                    item.path("definitions").isEmpty()
                            ? "gateway"
                            : String.valueOf(item.path("definitions").size()),
                    JsonText.value(item.path("buckets")),
                    JsonText.value(item.path("epoch")),
                    JsonText.value(item.path("loaded")),
                    JsonText.value(item.path("waiting")),
                    JsonText.millis(item.path("leaseAgeMillis")));
        }
        return table;
    }
}
