package dev.holdfast.server.cli.workflow;

import dev.holdfast.server.cli.client.Client;
import dev.holdfast.server.cli.client.ClientOptions;
import dev.holdfast.server.cli.client.WorkflowEvidence;
import dev.holdfast.server.cli.output.JsonText;
import dev.holdfast.server.cli.value.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    /** The most waits or children that are shown. */
    private static final int LINES_MAX = 10;

    private static final Set<String> PRINTED_WITH_OTHERS = Set.of("links", "waits");
    /** Few workflows have them. */
    private static final Set<String> PRINTED_IF_THERE = Set.of("parent", "startedBy");

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
        response.json().properties().stream()
                .filter(member -> !PRINTED_WITH_OTHERS.contains(member.getKey()))
                .filter(member -> !PRINTED_IF_THERE.contains(member.getKey())
                        || !member.getValue().isNull())
                .forEach(member -> print(member.getKey(), text(response.json(), member.getKey())));
        client.out().flush(); // prints what is known, even if the next request fails
        if (response.json().path("links").has("children")) {
            print("children", new Children(node, id, client::command).lines(LINES_MAX));
            client.out().flush();
        }
        List<String> diagnosis = new Diagnosis(new WorkflowEvidence(node, response.json()), client::command).lines();
        if (!diagnosis.isEmpty()) {
            client.out().println();
            diagnosis.forEach(client.out()::println);
        }
        return response.json();
    }

    private void print(String name, List<String> lines) {
        String label = name;
        for (String line : lines) {
            client.out().println(label + " ".repeat(NAME_WIDTH - label.length()) + line);
            label = "";
        }
    }

    private static List<String> text(JsonNode workflow, String name) {
        JsonNode value = workflow.path(name);
        return switch (name) {
            case "lastError" -> List.of(JsonText.error(value));
            case "createdAt", "startedAt", "updatedAt", "finishedAt", "deadline" -> List.of(JsonText.time(value));
            case "labels" -> List.of(labels(value));
            case "waitingFor" -> waits(workflow);
            case "parent" -> List.of(parent(value));
            default -> List.of(JsonText.value(value));
        };
    }

    /** Each wait of the branches on a line of its own, and then when the workflow continues by itself. */
    private static List<String> waits(JsonNode workflow) {
        JsonNode waits = workflow.path("waits");
        JsonNode first = workflow.path("waitingFor");
        if (waits.size() < 2) {
            return List.of(first.isObject() ? WaitingText.member(first) : JsonText.value(first));
        }
        List<String> lines = waits.valueStream()
                .limit(LINES_MAX)
                .map(WaitingText::kindAndName)
                .collect(Collectors.toCollection(ArrayList::new));
        if (waits.size() > LINES_MAX) {
            lines.add("and " + (waits.size() - LINES_MAX) + " more, see --json");
        }
        String until = WaitingText.until(first);
        if (!until.isEmpty()) {
            lines.add(until.strip());
        }
        return lines;
    }

    private static String parent(JsonNode parent) {
        String branch = parent.path("branch").asString("");
        return JsonText.value(parent.path("id")) + " (call " + JsonText.value(parent.path("call"))
                + (branch.isEmpty() ? ")" : " of branch " + branch + ")");
    }

    private static String labels(JsonNode labels) {
        return labels.isEmpty()
                ? "-"
                : labels.properties().stream()
                        .map(label -> label.getKey() + "=" + JsonText.value(label.getValue()))
                        .collect(Collectors.joining(", "));
    }
}
