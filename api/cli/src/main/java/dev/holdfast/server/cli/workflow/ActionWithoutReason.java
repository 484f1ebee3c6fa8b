package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.ActionCommand;
import dev.holdfast.server.cli.value.Values;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Base of the actions on workflows that need no reason. */
abstract class ActionWithoutReason extends ActionCommand {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            converter = Values.Reason.class,
            description = "Reason for the audit log, 1 to 1,000 characters.")
    private @Nullable String reason;

    ActionWithoutReason(String action) {
        super("/v1/workflows", action);
    }

    @Override
    @Nullable
    public final String reason() {
        return reason;
    }
}
