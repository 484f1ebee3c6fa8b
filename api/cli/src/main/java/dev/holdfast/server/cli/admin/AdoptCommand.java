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
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code holdfast adopt}. */
@Command(
        name = "adopt",
        description = {
            "Adopt a restored copy of a database: its nodes continue its workflows within seconds.",
            "Until then they run nothing, so that no step runs both here and in the original.",
            "Stop the original first. docs/operations.md, \"A restored copy\", has all steps."
        },
        footer = {
            "  ./holdfast adopt --list     # steps whose effects may have happened in the original",
            "  ./holdfast adopt --reason \"the original is lost, restored from 03:00\""
        })
public final class AdoptCommand implements Callable<Integer> {
    private static final String PATH = "/v1/adopt";
    private static final String NOTHING = "nothing to adopt: this database is no restored copy, or was adopted";

    @Mixin
    private ClientOptions client;

    @Option(
            names = "--list",
            description =
                    "List the steps of a restored copy that were begun and have no recorded outcome; adopt nothing.")
    private boolean list;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            converter = Values.Reason.class,
            description = "Reason for the audit log, 1 to 1,000 characters. Required to adopt.")
    private @Nullable String reason;

    @Mixin
    private PageOptions page;

    @SuppressWarnings("NullAway.Init")
    public AdoptCommand() {}

    @Override
    public Integer call() {
        String why = reason;
        if (list == (why != null)) {
            throw client.usage("expected either --list or --reason TEXT");
        }
        Map<String, String> query = new LinkedHashMap<>();
        page.putInto(query);
        if (why == null) {
            printList(client.call(node -> node.get(PATH, query, Duration.ZERO)));
            return CommandLine.ExitCode.OK;
        }
        if (!query.isEmpty()) {
            throw client.usage("--limit and --cursor need --list");
        }
        byte[] json = JsonMapper.shared().writeValueAsBytes(Map.of("reason", why));
        Client.Response response = client.call(node -> node.post(PATH, Map.of(), Map.of(), json, Duration.ZERO));
        String text = response.json().path("adopted").asBoolean(false)
                ? "adopted: the nodes of this database continue its workflows within seconds"
                : NOTHING;
        client.out().println(client.json() ? response.body() : text);
        return CommandLine.ExitCode.OK;
    }

    private void printList(Client.Response response) {
        if (client.json()) {
            client.out().println(response.body());
        } else if (response.json().path("restored").asBoolean(false)) {
            PagePrinter.print(client, response, AdoptCommand::table);
        } else {
            client.out().println(NOTHING);
        }
    }

    private static Table table(JsonNode items) {
        Table table = new Table("WORKFLOW", "TYPE", "STEP", "ATTEMPT", "SINCE", "IDEMPOTENCY KEY")
                .dispensable("TYPE", "ATTEMPT", "SINCE");
        for (JsonNode item : items) {
            table.add(
                    JsonText.value(item.path("workflowId")),
                    JsonText.value(item.path("type")),
                    JsonText.value(item.path("step")),
                    JsonText.value(item.path("attempt")),
                    JsonText.time(item.path("since")),
                    JsonText.value(item.path("idempotencyKey")));
        }
        return table;
    }
}
