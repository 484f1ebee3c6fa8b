package dev.holdfast.server.cli.client;

import dev.holdfast.server.cli.output.Table;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Prints pages of lists. Stateless. */
public final class PagePrinter {
    private PagePrinter() {}

    /** Prints the JSON as received, or the items as a table; then stderr names the cursor of the next page, if any. */
    public static void print(ClientOptions client, Client.Response response, Function<JsonNode, Table> table) {
        if (client.json()) {
            client.out().println(response.body());
            return;
        }
        JsonNode page = response.json();
        table.apply(page.path("items")).lines().forEach(client.out()::println);
        if (page.path("next").isString()) {
            client.out().flush();
            client.err().println("There are more: --cursor " + page.path("next").stringValue());
        }
    }
}
