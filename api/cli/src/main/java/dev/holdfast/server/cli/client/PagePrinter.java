package dev.holdfast.server.cli.client;

import dev.holdfast.server.cli.output.Table;
import dev.holdfast.server.cli.output.Terminal;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/** Gets pages of lists, and prints them. Stateless. */
public final class PagePrinter {
    private PagePrinter() {}

    /**
     * Gets a page and prints its JSON as received, or its items as a table; then stderr names the cursor of the next
     * page, if any. Returns the exit code of the command.
     */
    public static Integer list(
            ClientOptions client, String path, Map<String, String> query, Function<JsonNode, Table> table) {
        Client.Response response = client.call(node -> node.get(path, query, Duration.ZERO));
        if (client.json()) {
            client.out().println(response.body());
        } else {
            print(client, response, table);
        }
        return CommandLine.ExitCode.OK;
    }

    /** Prints the items of a page as a table, and the cursor of the next page. */
    public static void print(ClientOptions client, Client.Response response, Function<JsonNode, Table> table) {
        JsonNode page = response.json();
        table.apply(page.path("items")).lines(Terminal.columns()).forEach(client.out()::println);
        if (page.path("next").isString()) {
            client.out().flush();
            String more = page.path("items").isEmpty() ? "None so far, the search goes on: " : "There are more: ";
            client.err().println(more + "--cursor " + page.path("next").stringValue());
        }
    }
}
