package dev.holdfast.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast terminate}. */
@Command(
        name = "terminate",
        description = {
            "End a workflow at once: none of its code runs, and nothing is undone.",
            "Cancel it instead if it should clean up after itself."
        },
        footer = {"  ./holdfast terminate walk-1 --reason \"its bank is gone for good\""})
final class TerminateCommand extends DecisionCommand {
    @Mixin
    private ReasonOption reason;

    @SuppressWarnings("NullAway.Init")
    TerminateCommand() {
        super("/v1/workflows", "terminate");
    }

    @Override
    String reason() {
        return reason.text;
    }
}
