package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.ActionCommand;
import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.DeadLetterSearch;
import dev.holdfast.server.cli.option.ReasonOption;
import dev.holdfast.server.cli.output.JsonText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast dead-letters discard}. */
@Command(
        name = "discard",
        description = {
            "End a parked workflow as FAILED, without compensation.",
            "To compensate its sagas, cancel the workflow instead."
        },
        footer = {"  ./holdfast dead-letters discard ID --reason \"the order was withdrawn\""})
final class DeadLettersDiscardCommand extends ActionCommand {
    @Mixin
    private ReasonOption reason;

    @SuppressWarnings("NullAway.Init")
    DeadLettersDiscardCommand() {
        super("/v1/dead-letters", "discard");
    }

    @Override
    public String target(Client node, String typed) {
        return JsonText.value(DeadLetterSearch.find(node, typed).json().path("id"));
    }

    @Override
    public String reason() {
        return reason.text;
    }
}
