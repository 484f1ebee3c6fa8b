package dev.holdfast.server.cli.option;

import dev.holdfast.server.cli.value.Values;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The reason of actions that need none. */
public final class OptionalReason {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            converter = Values.Reason.class,
            description = "Reason for the audit log, 1 to 1,000 characters.")
    public @Nullable String text;

    OptionalReason() {}
}
