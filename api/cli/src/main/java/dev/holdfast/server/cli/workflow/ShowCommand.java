package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.WorkflowEvidence;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.value.Values;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code holdfast show}. */
@Command(
        name = "show",
        description = {"Show one workflow.", "For one that is not done, explain why, and what to do."},
        footer = {"  ./holdfast show walk-1"})
public final class ShowCommand implements Callable<Integer> {
    private static final int NAME_WIDTH = 12;

    @Mixin
    private ClientOptions client;

    @Parameters(paramLabel = "ID", converter = Values.Id.class, description = "The id of the workflow.")
    private String id;

    @SuppressWarnings("NullAway.Init")
    public ShowCommand() {}

    @Override
    public Integer call() {
        client.call(this::show);
        return CommandLine.ExitCode.OK;
    }

    private JsonNode show(Client node) {
        Client.Response response = node.get("/v1/workflows/" + Client.segment(id), Map.of(), Duration.ZERO);
        if (client.json()) {
            client.out().println(response.body());
            return response.json();
        }
        response.json().properties().forEach(member -> print(member.getKey(), member.getValue()));
        client.out().flush(); // prints what is known, even if the next request fails
        List<String> diagnosis = new Diagnosis(new WorkflowEvidence(node, response.json()), client::command).lines();
        if (!diagnosis.isEmpty()) {
            client.out().println();
            diagnosis.forEach(client.out()::println);
        }
        return response.json();
    }

    private void print(String name, JsonNode value) {
        if (!name.equals("links")) {
            client.out().println(name + " ".repeat(NAME_WIDTH - name.length()) + text(name, value));
        }
    }

    private static String text(String name, JsonNode value) {
        return switch (name) {
            case "lastError" -> JsonText.error(value);
            case "createdAt", "startedAt", "updatedAt", "finishedAt", "deadline" -> JsonText.time(value);
            case "labels" -> labels(value);
            case "waitingFor" -> value.isObject() ? WaitingText.member(value) : JsonText.value(value);
            default -> JsonText.value(value);
        };
    }

    private static String labels(JsonNode labels) {
        return labels.isEmpty()
                ? "-"
                : labels.properties().stream()
                        .map(label -> label.getKey() + "=" + JsonText.value(label.getValue()))
                        .collect(Collectors.joining(", "));
    }
}
