package dev.holdfast.server.cli.option;

import picocli.CommandLine.Option;

/** The reason that those acts need which nothing takes back. */
public final class ReasonOption {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            description = "Why, for the audit; 1 to 1,000 characters.")
    public String text;

    @SuppressWarnings("NullAway.Init")
    ReasonOption() {}
}
