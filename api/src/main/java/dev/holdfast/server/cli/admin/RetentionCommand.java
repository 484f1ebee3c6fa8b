package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.option.CommandGroup;
import dev.holdfast.server.cli.output.JsonText;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code holdfast retention}: the commands about how long ended workflows are kept. */
@Command(
        name = "retention",
        description = {
            "List, set and drop the rules that say how long ended workflows are kept.",
            "Without a rule they are kept for ever. Open workflows never go."
        },
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  ./holdfast retention list", "  ./holdfast help retention set"})
public final class RetentionCommand extends CommandGroup {
    static final String PATH = "/v1/retention";
    static final String ANY = "*";

    private RetentionCommand() {}

    /** With its commands. */
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

    /** For which workflows a rule is, and what became of it. */
    static void show(ClientOptions client, Client.Answer answer, String what) {
        JsonNode rule = answer.json();
        client.out()
                .println(
                        client.json()
                                ? answer.body()
                                : JsonText.value(rule.path("definition")) + "  " + JsonText.value(rule.path("status"))
                                        + "  " + what + JsonText.value(rule.path("keep")));
    }
}
