package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.PagePrinter;
import dev.holdfast.server.cli.option.PageOptions;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.output.Table;
import dev.holdfast.server.cli.value.Values;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code holdfast audit}. */
@Command(
        name = "audit",
        description = "List the requests of operators and their outcomes, newest first.",
        footer = {"  ./holdfast audit --target walk-1", "  ./holdfast audit --export --after 2026-01-01T00:00:00Z"})
public final class AuditCommand implements Callable<Integer> {
    private static final String PATH = "/v1/audit";

    @Mixin
    private ClientOptions client;

    @Option(
            names = "--actor",
            paramLabel = "NAME",
            description = "Only requests of this actor: the name of an API key.")
    private @Nullable String actor;

    @Option(names = "--action", paramLabel = "ACTION", description = "Only this action, such as CANCEL or CREATE_KEY.")
    private @Nullable String action;

    @Option(
            names = "--target",
            paramLabel = "ID",
            description = "Only this target: the id of a workflow, dead letter or key.")
    private @Nullable String target;

    @Option(
            names = "--after",
            paramLabel = "TIME",
            converter = Values.Time.class,
            description = "Written at or after this time, such as 2026-01-31T12:00:00Z.")
    private @Nullable String after;

    @Option(
            names = "--before",
            paramLabel = "TIME",
            converter = Values.Time.class,
            description = "Written before this time.")
    private @Nullable String before;

    @Mixin
    private PageOptions page;

    @Option(names = "--export", description = "Print all pages, one JSON object on each line.")
    private boolean export;

    @SuppressWarnings("NullAway.Init")
    public AuditCommand() {}

    @Override
    public Integer call() {
        Map<String, String> query = new LinkedHashMap<>();
        Client.put(query, "actor", actor);
        Client.put(query, "action", action);
        Client.put(query, "target", target);
        Client.put(query, "after", after);
        Client.put(query, "before", before);
        page.putInto(query);
        if (export) {
            if (page.hasLimit()) {
                throw client.usage("--export prints all pages: leave --limit out");
            }
            return client.call(node -> new AuditExport(node, client.out(), client.err()).run(query));
        }
        return PagePrinter.list(client, PATH, query, AuditCommand::table);
    }

    static Client.Response page(Client node, Map<String, String> query) {
        return node.get(PATH, query, Duration.ZERO);
    }

    private static Table table(JsonNode items) {
        Table table = new Table("AT", "ACTION", "TARGET", "ACTOR", "OUTCOME", "STATUS", "REASON")
                .dispensable("STATUS", "OUTCOME", "AT");
        for (JsonNode item : items) {
            table.add(
                    JsonText.time(item.path("at")),
                    JsonText.value(item.path("action")),
                    JsonText.value(item.path("target")),
                    JsonText.value(item.path("actor")),
                    item.path("decided").asBoolean() ? JsonText.value(item.path("outcome")) : "requested",
                    JsonText.value(item.path("status")),
                    JsonText.line(item.path("reason")));
        }
        return table;
    }
}
