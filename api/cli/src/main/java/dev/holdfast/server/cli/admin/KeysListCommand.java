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

/** {@code holdfast keys list}. */
@Command(
        name = "list",
        description = "List the API keys: all active ones and the last 100 revoked ones, newest first.",
        footer = {"  ./holdfast keys list"})
final class KeysListCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @SuppressWarnings("NullAway.Init")
    KeysListCommand() {}

    @Override
    public Integer call() {
        return PagePrinter.list(client, "/v1/api-keys", Map.of(), KeysListCommand::table);
    }

    private static Table table(JsonNode items) {
        Table table = new Table("ID", "PREFIX", "NAME", "ROLE", "SCOPES", "CREATED", "EXPIRES", "REVOKED", "LAST USED")
                .dispensable("PREFIX", "CREATED", "LAST USED", "SCOPES", "REVOKED");
        for (JsonNode item : items) {
            String scopes = String.join(
                    ",",
                    item.path("scopes").valueStream().map(JsonNode::asString).toList());
            table.add(
                    JsonText.value(item.path("id")),
                    JsonText.value(item.path("prefix")),
                    JsonText.value(item.path("name")),
                    JsonText.value(item.path("role")),
                    scopes.isEmpty() ? "-" : scopes,
                    JsonText.time(item.path("createdAt")),
                    JsonText.time(item.path("expiresAt")),
                    JsonText.time(item.path("revokedAt")),
                    JsonText.time(item.path("lastUsedAt")));
        }
        return table;
    }
}
