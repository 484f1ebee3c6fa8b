package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.ActionCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast cancel}. */
@Command(
        name = "cancel",
        description = {
            "Stop a workflow at its next step, and let it undo what its sagas did.",
            "The body that runs is let finish. What is not decided within --wait is decided later, and is no failure."
        },
        footer = {"  ./holdfast cancel walk-1 --reason \"ordered twice\""})
public final class CancelCommand extends ActionCommand {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit; 1 to 1,000 characters.")
    private @Nullable String reason;

    public CancelCommand() {
        super("/v1/workflows", "cancel");
    }

    @Override
    @Nullable
    public String reason() {
        return reason;
    }
}
