package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.option.CommandGroup;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code holdfast dead-letters}: the commands about workflows that are parked. */
@Command(
        name = "dead-letters",
        description = "List and show workflows that are parked, and decide about them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  ./holdfast dead-letters list", "  ./holdfast help dead-letters retry"})
public final class DeadLettersCommand extends CommandGroup {
    private DeadLettersCommand() {}

    /** With its commands. */
    public static CommandLine commandLine() {
        return new CommandLine(new DeadLettersCommand())
                .addSubcommand(new DeadLettersListCommand())
                .addSubcommand(new DeadLettersShowCommand())
                .addSubcommand(new DeadLettersRetryCommand())
                .addSubcommand(new DeadLettersDiscardCommand());
    }
}
