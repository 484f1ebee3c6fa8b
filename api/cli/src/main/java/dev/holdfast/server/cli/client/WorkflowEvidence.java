package dev.holdfast.server.cli.client;

import dev.holdfast.server.cli.output.JsonText;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What the API knows about one workflow. Requests more than the workflow itself only on demand. */
public record WorkflowEvidence(Client node, JsonNode workflow) {
    private static final String PAGE = "500";
    /** The decision is recorded a moment before or after the end. */
    private static final Duration NEAR = Duration.ofMinutes(1);

    /** The states of signals that arrived. */
    private static final Set<String> ARRIVED = Set.of("received", "undelivered");

    private static final Set<String> ENDING = Set.of("CANCEL", "TERMINATE");
    /** Three times the default lease, after which other nodes take over. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(15);

    /** Why no node can run the workflow now, and what to do; empty if its owner is alive and has its definition. */
    public Optional<List<String>> obstacle(UnaryOperator<String> command) {
        if (!workflow.path("owner").isString()) {
            return lines(
                    "No node owns the workflow at the moment: its last owner is gone, or hands it over.",
                    "Another node takes it within a few leases (5 s each by default). `" + command.apply("nodes")
                            + "` lists the nodes.");
        }
        String owner = JsonText.value(workflow.path("owner"));
        long silentSeconds = silence(owner).toSeconds();
        if (silentSeconds > SILENCE_MAX.toSeconds()) {
            return lines(
                    "Its owner, node " + owner + ", has been silent for " + silentSeconds
                            + " s: its process is gone, or cut off from the database.",
                    "Restart it, or start another node on the same database, which takes over by itself.");
        }
        if (!isDefined()) {
            String type =
                    JsonText.value(workflow.path("type")) + " version " + JsonText.value(workflow.path("version"));
            return lines(
                    "The node at --url has no definition " + type + ", so it cannot run the workflow.",
                    "Start every node with code that registers " + type + "; the workflow then continues by itself. `"
                            + command.apply("definitions") + "` lists what is registered.");
        }
        return Optional.empty();
    }

    private static Optional<List<String>> lines(String... lines) {
        return Optional.of(List.of(lines));
    }

    /** Time since the owner's last heartbeat; zero for an owner that is no longer listed, as it hands over at once. */
    private Duration silence(String owner) {
        return node(owner)
                .map(item -> Duration.ofMillis(item.path("leaseAgeMillis").asLong(0)))
                .orElse(Duration.ZERO);
    }

    private Optional<JsonNode> node(String owner) {
        return items("/v1/nodes", Map.of())
                .filter(item -> item.path("name").asString("").equals(owner))
                .findFirst();
    }

    private boolean isDefined() {
        return items("/v1/definitions", Map.of())
                .anyMatch(item -> item.path("type").equals(workflow.path("type"))
                        && item.path("version").equals(workflow.path("version")));
    }

    /** The number of workflows that its owner runs. */
    public long loaded() {
        return node(JsonText.value(workflow.path("owner")))
                .map(item -> item.path("loaded").asLong(0))
                .orElse(0L);
    }

    public JsonNode deadLetter() {
        String id = JsonText.value(workflow.path("deadLetter"));
        return node.get("/v1/dead-letters/" + Client.segment(id), Map.of(), Duration.ZERO)
                .json();
    }

    /** The last item of its history that is no arrival of a signal, which says nothing about what it does. */
    public JsonNode lastItem() {
        return lastItems().getLast();
    }

    /** The last two of these items; missing nodes where there are fewer. */
    private List<JsonNode> lastItems() {
        String path = "/v1/workflows/" + Client.segment(id()) + "/history";
        Map<String, String> query = new LinkedHashMap<>(Map.of("limit", PAGE));
        List<JsonNode> last = List.of(MissingNode.getInstance(), MissingNode.getInstance());
        JsonNode page;
        do {
            page = node.get(path, query, Duration.ZERO).json();
            last = Stream.concat(
                            last.stream(),
                            page.path("items")
                                    .valueStream()
                                    .filter(item ->
                                            !ARRIVED.contains(item.path("state").asString(""))))
                    .toList();
            last = last.subList(last.size() - 2, last.size());
            query.put("cursor", page.path("next").asString(""));
        } while (page.path("next").isString());
        return last;
    }

    /** The item of its parking, if it ended by the discard of that dead letter: the last one before the end. */
    public Optional<JsonNode> discardedParking() {
        if (!workflow.path("status").asString("").equals("FAILED")) {
            return Optional.empty();
        }
        return Optional.of(lastItems().getFirst())
                .filter(item -> item.path("name").asString("").equals("dead-letter"))
                .filter(item -> item.path("kind").asString("").equals("decision"));
    }

    /** The row of the audit log about the discard; empty if the audit log has none, or is not for this key. */
    public Optional<JsonNode> discard(JsonNode parking) {
        String parked = "." + JsonText.value(parking.path("seq"));
        Instant end = Instant.parse(JsonText.value(workflow.path("finishedAt")));
        Map<String, String> filter = new LinkedHashMap<>(Map.of("action", "DISCARD"));
        filter.put("after", end.minus(NEAR).toString());
        filter.put("before", end.plus(NEAR).toString());
        filter.put("limit", PAGE);
        return decisions(filter)
                .filter(row -> JsonText.value(row.path("target")).endsWith(parked))
                .filter(this::isOfThis)
                .findFirst();
    }

    /** A dead letter has an id of its own. */
    private boolean isOfThis(JsonNode row) {
        String letter = JsonText.value(row.path("target"));
        return JsonText.value(node.get("/v1/dead-letters/" + Client.segment(letter), Map.of(), Duration.ZERO)
                        .json()
                        .path("workflowId"))
                .equals(id());
    }

    /** The row of the audit log about the cancel or the terminate that ended it, as {@link #discard}. */
    public Optional<JsonNode> cancel() {
        return decisions(Map.of("target", id()))
                .filter(row -> ENDING.contains(row.path("action").asString("")))
                .findFirst();
    }

    /** The row of the audit log about the pause in which it is, as {@link #discard}. */
    public Optional<JsonNode> pause() {
        return decisions(Map.of("target", id()))
                .filter(row -> row.path("action").asString("").equals("PAUSE"))
                .findFirst();
    }

    private Stream<JsonNode> decisions(Map<String, String> filter) {
        try {
            return items("/v1/audit", filter)
                    .filter(row -> row.path("outcome").asString("").equals("APPLIED"));
        } catch (CommandFailedException e) {
            return Stream.empty(); // most keys may not read it, and what is known without it is worth showing
        }
    }

    private String id() {
        return JsonText.value(workflow.path("id"));
    }

    private Stream<JsonNode> items(String path, Map<String, String> query) {
        JsonNode items = node.get(path, query, Duration.ZERO).json().path("items");
        return StreamSupport.stream(items.spliterator(), false);
    }
}
