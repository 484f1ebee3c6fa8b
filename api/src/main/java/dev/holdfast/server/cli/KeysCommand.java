package dev.holdfast.server.cli;

import dev.holdfast.server.Settings;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code holdfast keys}: the commands about API keys. */
@Command(
        name = "keys",
        description = "Make, list and revoke the API keys without which nobody may ask once there is one.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"  ./holdfast keys list", "  ./holdfast help keys create"})
final class KeysCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private KeysCommand() {}

    /** With its commands. */
    static CommandLine commandLine(Settings settings) {
        return new CommandLine(new KeysCommand())
                .addSubcommand(new KeysCreateCommand(settings))
                .addSubcommand(new KeysListCommand())
                .addSubcommand(new KeysRevokeCommand());
    }

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return CommandLine.ExitCode.USAGE;
    }
}
