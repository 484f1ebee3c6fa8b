package dev.holdfast.server.cli.client;

import dev.holdfast.server.cli.output.JsonText;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What the API knows about one workflow; asks for more than the workflow itself only when it is needed. */
public record WorkflowEvidence(Client node, JsonNode workflow) {
    private static final String PAGE = "500";
    /** Three times the default lease, after which others take over. */
    private static final Duration SILENT = Duration.ofSeconds(15);

    /** Why nobody can run it at the moment, with what to do; nothing where its owner lives and knows its code. */
    public Optional<List<String>> obstacle(UnaryOperator<String> command) {
        if (!workflow.path("owner").isString()) {
            return told(
                    "No node owns it at the moment: the one that did is gone, or hands it over.",
                    "Another takes it within a few leases (5 s each by default). `" + command.apply("nodes")
                            + "` shows who is there.");
        }
        String owner = JsonText.value(workflow.path("owner"));
        long silentSeconds = silence(owner).toSeconds();
        if (silentSeconds > SILENT.toSeconds()) {
            return told(
                    "Its owner, node " + owner + ", has not been heard of for " + silentSeconds
                            + " s: its process is gone, or cut off from the database.",
                    "Start it again, or another node on the same database: it takes over by itself.");
        }
        if (!isDefined()) {
            String type =
                    JsonText.value(workflow.path("type")) + " version " + JsonText.value(workflow.path("version"));
            return told(
                    "The node that was asked does not know its definition, " + type
                            + ", so nobody can run its code there.",
                    "Start every node with code that registers " + type + "; it goes on by itself. `"
                            + command.apply("definitions") + "` lists what is registered.");
        }
        return Optional.empty();
    }

    private static Optional<List<String>> told(String... lines) {
        return Optional.of(List.of(lines));
    }

    /** For how long its owner has not said that it lives. One that has just left is no owner any more, or soon. */
    private Duration silence(String owner) {
        return named(owner)
                .map(item -> Duration.ofMillis(item.path("leaseAgeMillis").asLong(0)))
                .orElse(Duration.ZERO);
    }

    private Optional<JsonNode> named(String owner) {
        return items("/v1/nodes", Map.of())
                .filter(item -> item.path("name").asString("").equals(owner))
                .findFirst();
    }

    private boolean isDefined() {
        return items("/v1/definitions", Map.of())
                .anyMatch(item -> item.path("type").equals(workflow.path("type"))
                        && item.path("version").equals(workflow.path("version")));
    }

    /** How many workflows its owner runs. */
    public long loaded() {
        return named(JsonText.value(workflow.path("owner")))
                .map(item -> item.path("loaded").asLong(0))
                .orElse(0L);
    }

    public JsonNode deadLetter() {
        String id = JsonText.value(workflow.path("deadLetter"));
        return node.get("/v1/dead-letters/" + Client.segment(id), Map.of(), Duration.ZERO)
                .json();
    }

    /** The last line of its history. */
    public JsonNode lastItem() {
        String path = "/v1/workflows/" + Client.segment(JsonText.value(workflow.path("id"))) + "/history";
        Map<String, String> query = new LinkedHashMap<>(Map.of("limit", PAGE));
        JsonNode page = node.get(path, query, Duration.ZERO).json();
        while (page.path("next").isString()) {
            query.put("cursor", page.path("next").stringValue());
            page = node.get(path, query, Duration.ZERO).json();
        }
        JsonNode items = page.path("items");
        return items.isEmpty() ? MissingNode.getInstance() : items.get(items.size() - 1);
    }

    private Stream<JsonNode> items(String path, Map<String, String> query) {
        JsonNode items = node.get(path, query, Duration.ZERO).json().path("items");
        return StreamSupport.stream(items.spliterator(), false);
    }
}
