package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.ActionCommand;
import dev.holdfast.server.cli.value.Values;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast cancel}. */
@Command(
        name = "cancel",
        description = {
            "Stop a workflow at its next step, and compensate its sagas.",
            "A running body finishes first. A cancel that is still pending after --wait is no failure."
        },
        footer = {"  ./holdfast cancel walk-1 --reason \"ordered twice\""})
public final class CancelCommand extends ActionCommand {
    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            converter = Values.Reason.class,
            description = "Reason for the audit log, 1 to 1,000 characters.")
    private @Nullable String reason;

    public CancelCommand() {
        super("/v1/workflows", "cancel");
    }

    @Override
    @Nullable
    public String reason() {
        return reason;
    }
}
