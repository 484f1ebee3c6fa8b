package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.option.ReasonOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code holdfast retention drop}. */
@Command(
        name = "drop",
        description = {
            "Take away the rule for exactly this definition and status.",
            "Workflows go by the next one that fits them, or are kept for ever.",
            "Write '*' with quotes, or the shell expands it."
        },
        footer = {
            "  ./holdfast retention drop orders --reason \"as all others\"",
            "  ./holdfast retention drop '*' FAILED --reason \"as all others\""
        })
final class RetentionDropCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Mixin
    private ReasonOption reason;

    @Parameters(index = "0", paramLabel = "DEFINITION", description = "As retention list shows it; '*' for any.")
    private String definition;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "STATUS",
            defaultValue = RetentionCommand.ANY,
            description = "As retention list shows it; '*', or none, for any.")
    private String status;

    @SuppressWarnings("NullAway.Init")
    RetentionDropCommand() {}

    @Override
    public Integer call() {
        String path = RetentionCommand.path(definition, status);
        Map<String, String> query = Map.of("reason", reason.text);
        Client.Answer answer = client.ask(node -> node.delete(path, query, Map.of(), Duration.ZERO));
        RetentionCommand.show(client, answer, "dropped, was kept: ");
        return CommandLine.ExitCode.OK;
    }
}
