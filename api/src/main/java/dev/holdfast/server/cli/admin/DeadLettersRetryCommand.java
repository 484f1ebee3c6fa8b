package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.ActionCommand;
import dev.holdfast.server.cli.option.ReasonOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast dead-letters retry}. */
@Command(
        name = "retry",
        description = {
            "Let a parked workflow go on at its step, with fresh attempts and the same idempotency key.",
            "Mend the cause first: what fails again is parked again, under another id."
        },
        footer = {"  ./holdfast dead-letters retry ID --reason \"the bank is back\""})
final class DeadLettersRetryCommand extends ActionCommand {
    @Mixin
    private ReasonOption reason;

    @SuppressWarnings("NullAway.Init")
    DeadLettersRetryCommand() {
        super("/v1/dead-letters", "retry");
    }

    @Override
    public String reason() {
        return reason.text;
    }
}
