package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.option.ReasonOption;
import dev.holdfast.server.cli.value.Values;
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
            "Drop the rule for exactly this definition and status.",
            "Its workflows follow the next matching rule, or are kept for ever.",
            "Quote '*', or the shell expands it."
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

    @Parameters(
            index = "0",
            paramLabel = "DEFINITION",
            description = "The definition, as retention list shows it; '*' for any.")
    private String definition;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "STATUS",
            converter = Values.FinalStatus.class,
            completionCandidates = Values.FinalStatus.class,
            defaultValue = RetentionCommand.ANY,
            description = "The status, as retention list shows it; '*', or none, for any.")
    private String status;

    @SuppressWarnings("NullAway.Init")
    RetentionDropCommand() {}

    @Override
    public Integer call() {
        String path = RetentionCommand.path(definition, status);
        Map<String, String> query = Map.of("reason", reason.text);
        Client.Response response = client.call(node -> node.delete(path, query, Map.of(), Duration.ZERO));
        RetentionCommand.print(client, response, "dropped, was kept: ");
        return CommandLine.ExitCode.OK;
    }
}
