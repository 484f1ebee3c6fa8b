package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.ActionCommand;
import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.option.ReasonOption;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code holdfast erase}. */
@Command(
        name = "erase",
        description = {
            "Delete an ended workflow with all its data, except its audit rows. This cannot be undone.",
            "Its key and id stay taken. To keep the record of its steps, scrub it instead."
        },
        footer = {"  ./holdfast erase order-42 --reason \"asked for by the customer\""})
public final class EraseCommand extends ActionCommand {
    @Mixin
    private ReasonOption reason;

    @SuppressWarnings("NullAway.Init")
    public EraseCommand() {
        super("/v1/workflows", "erase");
    }

    @Override
    public String reason() {
        return reason.text;
    }

    @Override
    public Client.Response send(
            Client node, String subject, Map<String, String> query, Map<String, String> headers, Duration wait) {
        query.put("reason", reason());
        return node.delete(subject, query, headers, wait);
    }

    @Override
    public String outcomeNote() {
        return ": all its data is deleted, except its audit rows; its key and id stay taken";
    }
}
