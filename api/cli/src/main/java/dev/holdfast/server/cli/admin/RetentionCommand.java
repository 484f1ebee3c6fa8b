package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.option.CommandGroup;
import dev.holdfast.server.cli.output.JsonText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code holdfast retention}: the commands for retention rules. */
@Command(
        name = "retention",
        description = {
            "List, set and drop retention rules: how long ended workflows are kept.",
            "Without a rule they are kept for ever. Open workflows are never deleted."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  ./holdfast retention list", "  ./holdfast help retention set"})
public final class RetentionCommand extends CommandGroup {
    static final String PATH = "/v1/retention";
    static final String ANY = "*";

    private RetentionCommand() {}

    /** Builds the command with its subcommands. */
    public static CommandLine commandLine() {
        return new CommandLine(new RetentionCommand())
                .addSubcommand(new RetentionListCommand())
                .addSubcommand(new RetentionSetCommand())
                .addSubcommand(new RetentionDropCommand());
    }

    /** The path of a rule. */
    static String path(String definition, String status) {
        return PATH + "/" + Client.segment(definition) + "/" + Client.segment(status);
    }

    /** Prints the workflows of a rule, and what happened to it. */
    static void print(ClientOptions client, Client.Response response, String what) {
        JsonNode rule = response.json();
        client.out()
                .println(
                        client.json()
                                ? response.body()
                                : JsonText.value(rule.path("definition")) + "  " + JsonText.value(rule.path("status"))
                                        + "  " + what + JsonText.duration(rule.path("keep")));
    }
}
