package dev.holdfast.server.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast help}. */
@Command(
        name = "help",
        helpCommand = true,
        description = "Show the manual page of a command; without COMMAND, the list of commands.",
        footer = {"  ./holdfast help submit", "  ./holdfast help dead-letters retry"})
final class HelpCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "COMMAND",
            arity = "0..*",
            description = "The name of a command, or of a group and its command.")
    private List<String> path = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    HelpCommand() {}

    @Override
    public Integer call() {
        CommandLine command = spec.root().commandLine();
        for (String name : path) {
            CommandLine subcommand = command.getSubcommands().get(name);
            if (subcommand == null) {
                throw new CommandLine.UnmatchedArgumentException(command, List.of(name));
            }
            command = subcommand;
        }
        command.usage(spec.root().commandLine().getOut());
        return CommandLine.ExitCode.OK;
    }
}
