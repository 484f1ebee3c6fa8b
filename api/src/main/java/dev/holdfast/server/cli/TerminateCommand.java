package dev.holdfast.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast terminate}. */
@Command(name = "terminate", description = "End a workflow at once: none of its code runs, and nothing is undone.")
final class TerminateCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Mixin
    private DecisionOptions decision;

    @Parameters(paramLabel = "ID", description = "The id of the workflow.")
    private String id;

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the audit.")
    private String reason;

    @SuppressWarnings("NullAway.Init")
    TerminateCommand() {}

    @Override
    public Integer call() {
        return decision.ask(client, "/v1/workflows/" + Client.segment(id) + "/terminate", reason);
    }
}
