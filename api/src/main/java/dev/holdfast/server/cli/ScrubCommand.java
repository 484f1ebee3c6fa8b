package dev.holdfast.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast scrub}. */
@Command(
        name = "scrub",
        description = {
            "Replace what went in and came out of a workflow that has ended, and of its steps. Nothing brings it back.",
            "Steps, attempts, times and labels stay."
        },
        footer = {"  ./holdfast scrub order-42 --reason \"asked for by the customer\""})
final class ScrubCommand extends DecisionCommand {
    @Mixin
    private ReasonOption reason;

    @SuppressWarnings("NullAway.Init")
    ScrubCommand() {
        super("/v1/workflows", "scrub");
    }

    @Override
    String reason() {
        return reason.text;
    }

    @Override
    String meaning() {
        return ": input, values and result are null, errors are \"scrubbed\"; steps, attempts, times and labels stay";
    }
}
