package dev.holdfast.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast dead-letters discard}. */
@Command(name = "discard", description = "End a parked workflow as FAILED; nothing is undone.")
final class DeadLettersDiscardCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Mixin
    private DecisionOptions decision;

    @Parameters(paramLabel = "ID", description = "The id of the dead letter.")
    private String id;

    @Option(names = "--reason", paramLabel = "TEXT", required = true, description = "Why, for the audit.")
    private String reason;

    @SuppressWarnings("NullAway.Init")
    DeadLettersDiscardCommand() {}

    @Override
    public Integer call() {
        return decision.ask(client, "/v1/dead-letters/" + Client.segment(id) + "/discard", reason);
    }
}
