package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.option.CommandGroup;
import dev.holdfast.server.config.Settings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code holdfast keys}: the commands for API keys. */
@Command(
        name = "keys",
        description = "Create, list and revoke API keys. As soon as one exists, every request needs a key.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  ./holdfast keys list", "  ./holdfast help keys create"})
public final class KeysCommand extends CommandGroup {
    private KeysCommand() {}

    /** Builds the command with its subcommands. */
    public static CommandLine commandLine(Settings settings) {
        return new CommandLine(new KeysCommand())
                .addSubcommand(new KeysCreateCommand(settings))
                .addSubcommand(new KeysListCommand())
                .addSubcommand(new KeysRevokeCommand());
    }
}
