package dev.holdfast.server.cli.admin;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.DeadLetterSearch;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.value.Values;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code holdfast dead-letters show}. */
@Command(
        name = "show",
        description = "Show one dead letter, open or closed, with the stack trace of its error.",
        footer = {"  ./holdfast dead-letters show ID"})
final class DeadLettersShowCommand implements Callable<Integer> {
    private static final int NAME_WIDTH = 16;
    private static final Set<String> NOT_IN_LINES = Set.of("stack", "links");

    @Mixin
    private ClientOptions client;

    @Parameters(
            paramLabel = "ID",
            converter = Values.Id.class,
            description = "The id of the dead letter, or of its workflow.")
    private String id;

    @SuppressWarnings("NullAway.Init")
    DeadLettersShowCommand() {}

    @Override
    public Integer call() {
        Client.Response response = client.call(node -> DeadLetterSearch.find(node, id));
        if (client.json()) {
            client.out().println(response.body());
        } else {
            JsonNode letter = response.json();
            letter.properties().forEach(member -> print(member.getKey(), member.getValue()));
            client.out().println();
            client.out().println(JsonText.value(letter.path("stack")).strip());
        }
        return CommandLine.ExitCode.OK;
    }

    private void print(String name, JsonNode value) {
        if (!NOT_IN_LINES.contains(name)) {
            String text = name.equals("error") ? JsonText.wholeError(value) : JsonText.value(value);
            text = text.isEmpty() ? "-" : text; // the main branch
            client.out().println(name + " ".repeat(NAME_WIDTH - name.length()) + text);
        }
    }
}
