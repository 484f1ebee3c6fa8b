package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.option.OptionalReason;
import dev.holdfast.server.cli.output.JsonText;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast keys revoke}. */
@Command(
        name = "revoke",
        description = "Revoke an API key for good. Every node rejects it within 5 s.",
        footer = {"  ./holdfast keys revoke 0f5e4f4e-6a0c-4b57-9a5b-1d1f6cbb1f0e"})
final class KeysRevokeCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Parameters(paramLabel = "ID", description = "The id, as keys list shows it.")
    private String id;

    @Mixin
    private OptionalReason reason;

    @SuppressWarnings("NullAway.Init")
    KeysRevokeCommand() {}

    @Override
    public Integer call() {
        Map<String, String> query = reason.text == null ? Map.of() : Map.of("reason", reason.text);
        Client.Response response =
                client.call(node -> node.delete("/v1/api-keys/" + Client.segment(id), query, Map.of(), Duration.ZERO));
        client.out()
                .println(
                        client.json()
                                ? response.body()
                                : JsonText.value(response.json().path("id")) + "  revoked at "
                                        + JsonText.time(response.json().path("revokedAt")));
        response.json().path("warning").asStringOpt().ifPresent(client.err()::println);
        return CommandLine.ExitCode.OK;
    }
}
