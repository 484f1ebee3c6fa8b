package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.ActionCommand;
import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.DeadLetterSearch;
import dev.holdfast.server.cli.option.ReasonOption;
import dev.holdfast.server.cli.output.JsonText;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code holdfast dead-letters retry}. */
@Command(
        name = "retry",
        description = {
            "Continue a parked workflow at its step, with fresh attempts and the same idempotency key.",
            "Fix the cause first: a workflow that fails again is parked again, under another dead letter id."
        },
        footer = {
            "  ./holdfast dead-letters retry ID --reason \"the bank is back\"",
            "  ./holdfast dead-letters retry ID --run-again-anyway --reason \"the bank has no payment\""
        })
final class DeadLettersRetryCommand extends ActionCommand {
    @Mixin
    private ReasonOption reason;

    @Option(
            names = "--run-again-anyway",
            description = "Call the body of a step again that may have run: needed for the cause IN_DOUBT.")
    private boolean runAgainAnyway;

    @SuppressWarnings("NullAway.Init")
    DeadLettersRetryCommand() {
        super("/v1/dead-letters", "retry");
    }

    @Override
    public String target(Client node, String typed) {
        return JsonText.value(DeadLetterSearch.find(node, typed).json().path("id"));
    }

    @Override
    public String reason() {
        return reason.text;
    }

    @Override
    public Map<String, Object> members() {
        Map<String, Object> members = super.members();
        if (runAgainAnyway) {
            members.put("runAgainAnyway", true);
        }
        return members;
    }
}
