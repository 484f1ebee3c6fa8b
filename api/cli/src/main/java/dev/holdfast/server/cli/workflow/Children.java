package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.CommandFailedException;
import dev.holdfast.server.cli.output.JsonText;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The newest children of a workflow. Immutable.
 *
 * @param id of their parent
 * @param command completes the words after {@code ./holdfast} to a command line
 */
record Children(Client node, String id, UnaryOperator<String> command) {
    /** A line for each child, up to this number, and the command that lists all if there are more. */
    List<String> lines(int max) {
        String list = "list --parent " + id;
        try {
            JsonNode page = node.get("/v1/workflows", Map.of("parent", id, "limit", String.valueOf(max)), Duration.ZERO)
                    .json();
            Stream<String> more =
                    page.path("next").isString() ? Stream.of("more: " + command.apply(list)) : Stream.of();
            return Stream.concat(page.path("items").valueStream().map(Children::line), more)
                    .toList();
        } catch (CommandFailedException e) {
            if (!e.code().equals("FORBIDDEN")) {
                throw e;
            }
            return List.of(command.apply(list + " --type TYPE") + " shows those of a type that this key may see");
        }
    }

    private static String line(JsonNode child) {
        String error = child.path("lastError").isObject() ? "  " + JsonText.error(child.path("lastError")) : "";
        return JsonText.value(child.path("id")) + "  " + JsonText.value(child.path("type")) + "  "
                + JsonText.value(child.path("status")) + error;
    }
}
