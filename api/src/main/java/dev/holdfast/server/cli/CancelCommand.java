package dev.holdfast.server.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast cancel}. */
@Command(name = "cancel", description = "Stop a workflow at its next step, and let it undo what its sagas did.")
final class CancelCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Mixin
    private DecisionOptions decision;

    @Parameters(paramLabel = "ID", description = "The id of the workflow.")
    private String id;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the audit.")
    private @Nullable String reason;

    @SuppressWarnings("NullAway.Init")
    CancelCommand() {}

    @Override
    public Integer call() {
        return decision.ask(client, "/v1/workflows/" + Client.segment(id) + "/cancel", reason);
    }
}
