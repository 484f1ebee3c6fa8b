package dev.holdfast.server.cli.option;

import picocli.CommandLine.Option;

/** What every command understands. */
public final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean asked;
}
