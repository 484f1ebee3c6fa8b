package dev.holdfast.server.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code holdfast dead-letters list}. */
@Command(
        name = "list",
        description = "List open dead letters, those of the newest workflows first.",
        footer = {"  ./holdfast dead-letters list --cause RETRIES_EXHAUSTED --step charge"})
final class DeadLettersListCommand implements Callable<Integer> {
    @Mixin
    private ClientOptions client;

    @Option(names = "--type", paramLabel = "TYPE", description = "Of this definition.")
    private @Nullable String type;

    @Option(names = "--cause", paramLabel = "CAUSE", description = "Parked for this, such as RETRIES_EXHAUSTED.")
    private @Nullable String cause;

    @Option(names = "--step", paramLabel = "STEP", description = "Parked at this step.")
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
        Client.Answer answer = client.ask(node -> node.get("/v1/dead-letters", query, Duration.ZERO));
        Pages.show(client, answer, DeadLettersListCommand::table);
        return CommandLine.ExitCode.OK;
    }

    private static Table table(JsonNode items) {
        Table table = new Table("ID", "TYPE", "CAUSE", "STEP", "ATTEMPTS", "PARKED", "ERROR");
        for (JsonNode item : items) {
            table.add(
                    Shown.value(item.path("id")),
                    Shown.value(item.path("type")),
                    Shown.value(item.path("cause")),
                    Shown.value(item.path("step")),
                    Shown.value(item.path("attempts")),
                    Shown.time(item.path("parkedAt")),
                    Shown.error(item.path("error")));
        }
        return table;
    }
}
