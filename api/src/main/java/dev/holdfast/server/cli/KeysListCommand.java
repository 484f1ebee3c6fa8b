package dev.holdfast.server.cli;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code holdfast keys list}. */
@Command(
        name = "list",
        description = "List the API keys: all that are not revoked, and the last 100 that are; newest first.",
        footer = {"  ./holdfast keys list"})
final class KeysListCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @SuppressWarnings("NullAway.Init")
    KeysListCommand() {}

    @Override
    public Integer call() {
        Client.Answer answer = client.ask(node -> node.get("/v1/api-keys", Map.of(), Duration.ZERO));
        Pages.show(client, answer, KeysListCommand::table);
        return CommandLine.ExitCode.OK;
    }

    private static Table table(JsonNode items) {
        Table table = new Table("ID", "PREFIX", "NAME", "ROLE", "SCOPES", "CREATED", "EXPIRES", "REVOKED", "LAST USED");
        for (JsonNode item : items) {
            String scopes = String.join(
                    ",",
                    item.path("scopes").valueStream().map(JsonNode::asString).toList());
            table.add(
                    Shown.value(item.path("id")),
                    Shown.value(item.path("prefix")),
                    Shown.value(item.path("name")),
                    Shown.value(item.path("role")),
                    scopes.isEmpty() ? "-" : scopes,
                    Shown.time(item.path("createdAt")),
                    Shown.time(item.path("expiresAt")),
                    Shown.time(item.path("revokedAt")),
                    Shown.time(item.path("lastUsedAt")));
        }
        return table;
    }
}
