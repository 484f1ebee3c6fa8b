package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.option.ReasonOption;
import dev.holdfast.server.cli.value.Values;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast retention set}. */
@Command(
        name = "set",
        description = {
            "Set how long ended workflows are kept, from their end. This replaces a rule of the same arguments.",
            "Older workflows are deleted within minutes, or with their era. Quote '*', or the shell expands it."
        },
        footer = {
            "  ./holdfast retention set orders 30d --reason \"the ledger has them\"",
            "  ./holdfast retention set '*' FAILED 180d --reason \"the auditors want them\"",
            "  ./holdfast retention set '*' forever --reason \"not decided yet\""
        })
final class RetentionSetCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Mixin
    private ReasonOption reason;

    @Parameters(index = "0", paramLabel = "DEFINITION", description = "The definition; '*' for any.")
    private String definition;

    @Parameters(
            index = "1..2",
            arity = "1..2",
            paramLabel = "[STATUS] KEEP",
            hideParamSyntax = true,
            description = {
                "STATUS: COMPLETED, FAILED or CANCELLED; '*', or none, for any.",
                "KEEP: such as 30d or P30D, at least 1d; or forever."
            })
    private List<String> statusAndKeep;

    @SuppressWarnings("NullAway.Init")
    RetentionSetCommand() {}

    @Override
    public Integer call() {
        String status = statusAndKeep.size() == 1
                ? RetentionCommand.ANY
                : checked("STATUS", statusAndKeep.getFirst(), new Values.FinalStatus());
        String keep = checked("KEEP", statusAndKeep.getLast(), new Values.Keep());
        byte[] json = JsonMapper.shared().writeValueAsBytes(Map.of("keep", keep, "reason", reason.text));
        String path = RetentionCommand.path(definition, status);
        boolean known = client.call(this::isKnown);
        RetentionCommand.print(client, client.call(node -> node.put(path, json)), "kept: ");
        if (!known) {
            client.err()
                    .println("The node knows no definition \"" + definition + "\", so the rule may match nothing: "
                            + client.command("definitions") + " lists those that it knows.");
        }
        return CommandLine.ExitCode.OK;
    }

    /** Whether the node knows the definition: of one that is not registered any more, workflows may be stored. */
    private boolean isKnown(Client node) {
        return definition.equals(RetentionCommand.ANY)
                || node.get("/v1/definitions", Map.of(), Duration.ZERO)
                        .json()
                        .path("items")
                        .valueStream()
                        .anyMatch(item -> item.path("type").asString().equals(definition));
    }

    private String checked(String name, String text, ITypeConverter<String> check) {
        try {
            return check.convert(text);
        } catch (Exception e) {
            throw client.usage(name + " is " + text + ": " + e.getMessage());
        }
    }
}
