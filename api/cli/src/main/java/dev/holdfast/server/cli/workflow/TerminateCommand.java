package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.ActionCommand;
import dev.holdfast.server.cli.option.ReasonOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast terminate}. */
@Command(
        name = "terminate",
        description = {
            "End a workflow at once: none of its code runs, and it is not compensated.",
            "To compensate its sagas, cancel it instead."
        },
        footer = {"  ./holdfast terminate walk-1 --reason \"its bank is gone for good\""})
public final class TerminateCommand extends ActionCommand {
    @Mixin
    private ReasonOption reason;

    @SuppressWarnings("NullAway.Init")
    public TerminateCommand() {
        super("/v1/workflows", "terminate");
    }

    @Override
    public String reason() {
        return reason.text;
    }
}
