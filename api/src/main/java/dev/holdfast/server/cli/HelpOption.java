package dev.holdfast.server.cli;

import picocli.CommandLine.Option;

/** What every command understands. */
final class HelpOption {
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help and exit.")
    boolean asked;
}
