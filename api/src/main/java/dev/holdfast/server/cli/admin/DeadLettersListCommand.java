package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.PagePrinter;
import dev.holdfast.server.cli.option.PageOptions;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
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

    @Option(names = "--type", paramLabel = "TYPE", description = "Only workflows of this definition.")
    private @Nullable String type;

    @Option(names = "--cause", paramLabel = "CAUSE", description = "Only this cause, such as RETRIES_EXHAUSTED.")
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
        Table table = new Table("ID", "TYPE", "CAUSE", "STEP", "ATTEMPTS", "PARKED", "ERROR");
        for (JsonNode item : items) {
            table.add(
                    JsonText.value(item.path("id")),
                    JsonText.value(item.path("type")),
                    JsonText.value(item.path("cause")),
                    JsonText.value(item.path("step")),
                    JsonText.value(item.path("attempts")),
                    JsonText.time(item.path("parkedAt")),
                    JsonText.error(item.path("error")));
        }
        return table;
    }
}
