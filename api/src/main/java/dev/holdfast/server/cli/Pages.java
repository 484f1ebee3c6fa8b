package dev.holdfast.server.cli;

import tools.jackson.databind.JsonNode;

/** Prints pages for people. */
final class Pages {
    private Pages() {}

    /** The table, and on stderr how to go on where there is more. */
    static void print(ClientOptions client, JsonNode page, Table table) {
        table.lines().forEach(client.out()::println);
        if (page.path("next").isString()) {
            client.out().flush();
            client.err().println("There are more: --cursor " + page.path("next").stringValue());
        }
    }
}
