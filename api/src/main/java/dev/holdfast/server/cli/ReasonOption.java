package dev.holdfast.server.cli;

import picocli.CommandLine.Option;

/** The reason that those acts need which nothing takes back. */
final class ReasonOption {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why, for the audit; 1 to 1,000 characters.")
    String text;

    @SuppressWarnings("NullAway.Init")
    ReasonOption() {}
}
