package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.PagePrinter;
import dev.holdfast.server.cli.option.PageOptions;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
import dev.holdfast.server.cli.value.Values;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code holdfast dead-letters list}. */
@Command(
        name = "list",
        description = "List open dead letters, ordered by workflow, newest first.",
        footer = {"  ./holdfast dead-letters list --cause RETRIES_EXHAUSTED --step charge"})
final class DeadLettersListCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            converter = Values.Type.class,
            description = "Only workflows of this definition.")
    private @Nullable String type;

    @Option(
            names = "--cause",
            paramLabel = "CAUSE",
            converter = Values.Cause.class,
            completionCandidates = Values.Cause.class,
            description = "Only this cause: ${COMPLETION-CANDIDATES}.")
    private @Nullable String cause;

    @Option(names = "--step", paramLabel = "STEP", description = "Only workflows parked at this step.")
    private @Nullable String step;

    @Mixin
    private PageOptions page;

    @SuppressWarnings("NullAway.Init")
    DeadLettersListCommand() {}

    @Override
    public Integer call() {
        Map<String, String> query = new LinkedHashMap<>();
        Client.put(query, "type", type);
        Client.put(query, "cause", cause);
        Client.put(query, "step", step);
        page.putInto(query);
        return PagePrinter.list(client, "/v1/dead-letters", query, DeadLettersListCommand::table);
    }

    private static Table table(JsonNode items) {
        Table table = new Table("WORKFLOW", "TYPE", "CAUSE", "STEP", "ATTEMPTS", "PARKED", "ID", "ERROR")
                .dispensable("ID", "ATTEMPTS", "PARKED", "TYPE");
        for (JsonNode item : items) {
            table.add(
                    JsonText.value(item.path("workflowId")),
                    JsonText.value(item.path("type")),
                    JsonText.value(item.path("cause")),
                    JsonText.value(item.path("step")),
                    JsonText.value(item.path("attempts")),
                    JsonText.time(item.path("parkedAt")),
                    JsonText.value(item.path("id")),
                    JsonText.error(item.path("error")));
        }
        return table;
    }
}
