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
            "Take away all that is kept of a workflow that has ended, but for the audit. Nothing brings it back.",
            "Nothing runs under its key or id again. Scrub it instead to keep the record of what ran."
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
    public Client.Answer send(
            Client node, String subject, Map<String, String> query, Map<String, String> headers, Duration waits) {
        query.put("reason", reason());
        return node.delete(subject, query, headers, waits);
    }

    @Override
    public String meaning() {
        return ": all that was kept of it is gone, but for the audit; its key and id stay taken";
    }
}
