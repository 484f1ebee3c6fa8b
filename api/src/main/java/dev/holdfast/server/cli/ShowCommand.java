package dev.holdfast.server.cli;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code holdfast show}. */
@Command(
        name = "show",
        description = "Show one workflow.",
        footer = {"  ./holdfast show walk-1"})
final class ShowCommand implements Callable<Integer> {
    private static final int NAME_WIDTH = 12;

    @Mixin
    private ClientOptions client;

    @Parameters(paramLabel = "ID", description = "The id of the workflow.")
    private String id;

    @SuppressWarnings("NullAway.Init")
    ShowCommand() {}

    @Override
    public Integer call() {
        Client.Answer answer =
                client.ask(node -> node.get("/v1/workflows/" + Client.segment(id), Map.of(), Duration.ZERO));
        if (client.json()) {
            client.out().println(answer.body());
        } else {
            answer.json().properties().forEach(member -> print(member.getKey(), member.getValue()));
        }
        return CommandLine.ExitCode.OK;
    }

    private void print(String name, JsonNode value) {
        if (!name.equals("links")) {
            client.out().println(name + " ".repeat(NAME_WIDTH - name.length()) + shown(name, value));
        }
    }

    private static String shown(String name, JsonNode value) {
        return name.equals("lastError") ? Shown.error(value) : Shown.value(value);
    }
}
