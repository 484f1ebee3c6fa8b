package dev.holdfast.samples;

import dev.holdfast.samples.bench.BenchCommand;
import dev.holdfast.server.cli.Arguments;
import dev.holdfast.server.cli.HoldfastCommand;
import picocli.CommandLine;

/** {@code ./holdfast}: the command line with the samples and the benchmark. Called by the JVM. */
public final class Main {
    private Main() {}

    /** Ends the process with the command's exit code. */
    public static void main(String[] arguments) {
        if (!Arguments.areReadable(arguments, System.err)) {
            System.exit(CommandLine.ExitCode.USAGE);
        }
        System.exit(execute(arguments));
    }

    /** Runs a command; returns the exit status. */
    static int execute(String... arguments) {
        return HoldfastCommand.execute(arguments, SamplePack::register, new BenchCommand());
    }

    /** All commands. */
    static CommandLine commandLine() {
        return HoldfastCommand.commandLine(SamplePack::register, new BenchCommand());
    }
}
