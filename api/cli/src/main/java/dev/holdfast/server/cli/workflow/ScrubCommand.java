package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.ActionCommand;
import dev.holdfast.server.cli.option.ReasonOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast scrub}. */
@Command(
        name = "scrub",
        description = {
            "Replace the input, the result and the step values of an ended workflow. This cannot be undone.",
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
    public String outcomeNote() {
        return ": input, values and result are null, errors are \"scrubbed\"; steps, attempts, times and labels stay";
    }
}
