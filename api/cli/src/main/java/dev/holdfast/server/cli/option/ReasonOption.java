package dev.holdfast.server.cli.option;

import dev.holdfast.server.cli.value.Values;
import picocli.CommandLine.Option;

/** The required reason of irreversible actions. */
public final class ReasonOption {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            required = true,
            converter = Values.Reason.class,
            description = "Reason for the audit log, 1 to 1,000 characters.")
    public String text;

    @SuppressWarnings("NullAway.Init")
    ReasonOption() {}
}
