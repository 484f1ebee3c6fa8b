package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.option.CommandGroup;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code holdfast dead-letters}: the commands for parked workflows. */
@Command(
        name = "dead-letters",
        description = "List, show, retry and discard dead letters, the records of parked workflows.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  ./holdfast dead-letters list", "  ./holdfast help dead-letters retry"})
public final class DeadLettersCommand extends CommandGroup {
    private DeadLettersCommand() {}

    /** Builds the command with its subcommands. */
    public static CommandLine commandLine() {
        return new CommandLine(new DeadLettersCommand())
                .addSubcommand(new DeadLettersListCommand())
                .addSubcommand(new DeadLettersShowCommand())
                .addSubcommand(new DeadLettersRetryCommand())
                .addSubcommand(new DeadLettersDiscardCommand());
    }
}
