package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.option.CommandGroup;
import dev.holdfast.server.config.Settings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code holdfast keys}: the commands about API keys. */
@Command(
        name = "keys",
        description = "Make, list and revoke the API keys without which nobody may ask once there is one.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  ./holdfast keys list", "  ./holdfast help keys create"})
public final class KeysCommand extends CommandGroup {
    private KeysCommand() {}

    /** With its commands. */
    public static CommandLine commandLine(Settings settings) {
        return new CommandLine(new KeysCommand())
                .addSubcommand(new KeysCreateCommand(settings))
                .addSubcommand(new KeysListCommand())
                .addSubcommand(new KeysRevokeCommand());
    }
}
