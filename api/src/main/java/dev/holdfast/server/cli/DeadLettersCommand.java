package dev.holdfast.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast dead-letters}: the commands about workflows that are parked. */
@Command(
        name = "dead-letters",
        description = "List and show workflows that are parked, and decide about them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  ./holdfast dead-letters list", "  ./holdfast help dead-letters retry"})
final class DeadLettersCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private DeadLettersCommand() {}

    /** With its commands. */
    static CommandLine commandLine() {
        return new CommandLine(new DeadLettersCommand())
                .addSubcommand(new DeadLettersListCommand())
                .addSubcommand(new DeadLettersShowCommand())
                .addSubcommand(new DeadLettersRetryCommand())
                .addSubcommand(new DeadLettersDiscardCommand());
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}
