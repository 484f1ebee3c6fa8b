package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.ActionCommand;
import dev.holdfast.server.cli.option.ReasonOption;
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
public final class ScrubCommand extends ActionCommand {
    @Mixin
    private ReasonOption reason;

    @SuppressWarnings("NullAway.Init")
    public ScrubCommand() {
        super("/v1/workflows", "scrub");
    }

    @Override
    public String reason() {
        return reason.text;
    }

    @Override
    public String meaning() {
        return ": input, values and result are null, errors are \"scrubbed\"; steps, attempts, times and labels stay";
    }
}
