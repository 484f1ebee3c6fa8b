package dev.holdfast.server.cli.option;

import picocli.CommandLine.Option;

/** The help option of every command. */
public final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean requested;
}
