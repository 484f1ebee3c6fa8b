package dev.holdfast.server.cli;

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
final class CancelCommand extends DecisionCommand {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit; 1 to 1,000 characters.")
    private @Nullable String reason;

    CancelCommand() {
        super("/v1/workflows", "cancel");
    }

    @Override
    @Nullable
    String reason() {
        return reason;
    }
}
