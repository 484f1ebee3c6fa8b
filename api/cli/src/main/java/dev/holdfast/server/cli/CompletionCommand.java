package dev.holdfast.server.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code holdfast completion}. */
@Command(
        name = "completion",
        description = {
            "Print a script that completes commands and options in a shell.",
            "The script is for bash; zsh reads it too, with bashcompinit, which the script loads."
        },
        footer = {"  source <(./holdfast completion bash)", "  ./holdfast completion zsh"})
final class CompletionCommand implements Callable<Integer> {
    /** Shells that can read the script, named as on the command line. */
    private enum Shell {
        bash,
        zsh
    }

    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    private Shell shell;

    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    CompletionCommand() {}

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        root.getOut()
                .println("# Completes holdfast in " + shell + ". Load it with: source <(./holdfast completion " + shell
                        + ")");
        root.getOut().print(AutoComplete.bash(root.getCommandName(), root));
        root.getOut().flush();
        return CommandLine.ExitCode.OK;
    }
}
