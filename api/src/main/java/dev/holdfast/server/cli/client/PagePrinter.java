package dev.holdfast.server.cli.client;

import dev.holdfast.server.cli.output.Table;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** Prints pages. */
public final class PagePrinter {
    private PagePrinter() {}

    /** As it came for programs; for people the table of its items, and on stderr how to go on where there is more. */
    public static void show(ClientOptions client, Client.Answer answer, Function<JsonNode, Table> table) {
        if (client.json()) {
            client.out().println(answer.body());
            return;
        }
        JsonNode page = answer.json();
        table.apply(page.path("items")).lines().forEach(client.out()::println);
        if (page.path("next").isString()) {
            client.out().flush();
            client.err().println("There are more: --cursor " + page.path("next").stringValue());
        }
    }
}
