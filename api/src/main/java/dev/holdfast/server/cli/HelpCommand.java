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
        description = "Show the manual page of a command, or this list without one.",
        footer = {"  ./holdfast help submit", "  ./holdfast help dead-letters retry"})
final class HelpCommand implements Callable<Integer> {
    @Parameters(paramLabel = "COMMAND", arity = "0..*", description = "Its name, and that of the one below it.")
    private List<String> path = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    HelpCommand() {}

    @Override
    public Integer call() {
        CommandLine command = spec.root().commandLine();
        for (String name : path) {
            CommandLine below = command.getSubcommands().get(name);
            if (below == null) {
                throw new CommandLine.UnmatchedArgumentException(command, List.of(name));
            }
            command = below;
        }
        command.usage(spec.root().commandLine().getOut());
        return CommandLine.ExitCode.OK;
    }
}
