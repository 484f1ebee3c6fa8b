package dev.holdfast.server.cli.workflow;

import picocli.CommandLine.Command;

/** {@code holdfast cancel}. */
@Command(
        name = "cancel",
        description = {
            "Stop a workflow at its next step, and compensate its sagas.",
            "A running body finishes first. A cancel that is still pending after --wait is no failure."
        },
        footer = {"  ./holdfast cancel walk-1 --reason \"ordered twice\""})
public final class CancelCommand extends ActionWithoutReason {
    public CancelCommand() {
        super("cancel");
    }
}
