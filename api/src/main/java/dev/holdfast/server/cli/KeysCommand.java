package dev.holdfast.server.cli;

import dev.holdfast.server.Settings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code holdfast keys}: the commands about API keys. */
@Command(
        name = "keys",
        description = "Make, list and revoke the API keys without which nobody may ask once there is one.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  ./holdfast keys list", "  ./holdfast help keys create"})
final class KeysCommand extends CommandGroup {
    private KeysCommand() {}

    /** With its commands. */
    static CommandLine commandLine(Settings settings) {
        return new CommandLine(new KeysCommand())
                .addSubcommand(new KeysCreateCommand(settings))
                .addSubcommand(new KeysListCommand())
                .addSubcommand(new KeysRevokeCommand());
    }
}
