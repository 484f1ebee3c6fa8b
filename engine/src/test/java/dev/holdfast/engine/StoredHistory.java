package dev.holdfast.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.ActionRef;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WakeTime;
import dev.holdfast.spi.WorkflowKey;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The history of one workflow as JSON lines: the workflow itself, then its records. Independent of the tables, so that
 * the files of earlier builds are read by every later one.
 */
record StoredHistory(WorkflowKey key, byte[] input, List<LogRecord> log) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    static StoredHistory read(String resource) {
        try (InputStream in = StoredHistory.class.getResourceAsStream(resource)) {
            List<String> lines = new String(in.readAllBytes(), UTF_8).lines().toList();
            JsonNode head = JSON.readTree(lines.getFirst());
            WorkflowKey key = new WorkflowKey(
                    head.path("bucket").asInt(),
                    head.path("era").asInt(),
                    UUID.fromString(head.path("uid").asString()));
            List<LogRecord> log = lines.stream()
                    .skip(1)
                    .map(line -> record(JSON.readTree(line)))
                    .toList();
            return new StoredHistory(key, bytes(head.path("input")), log);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** How it ended. */
    HistoryEvent.Ended end() {
        return (HistoryEvent.Ended) Objects.requireNonNull(log.getLast().event());
    }

    private static LogRecord record(JsonNode line) {
        return new LogRecord(
                line.path("seq").asInt(),
                Instant.parse(line.path("at").asString()),
                line.path("node").asInt(),
                line.has("outcome") ? outcome(line.path("outcome")) : null,
                line.has("event") ? event(line.path("event")) : null);
    }

    private static Outcome outcome(JsonNode json) {
        return new Outcome(
                requiredPosition(json),
                json.path("attempt").asInt(),
                Outcome.State.valueOf(json.path("state").asString()),
                bytes(json.path("value")),
                json.has("retryMillis")
                        ? Duration.ofMillis(json.path("retryMillis").asLong())
                        : null);
    }

    private static HistoryEvent event(JsonNode json) {
        return switch (json.path("kind").asString()) {
            case "intent" ->
                new HistoryEvent.Intent(
                        requiredPosition(json),
                        json.path("attempt").asInt(),
                        json.path("name").asString(),
                        UUID.fromString(json.path("key").asString()),
                        json.path("compensates").asInt(HistoryEvent.Intent.COMPENSATES_NOTHING),
                        json.path("step").asInt(json.path("position").asInt()));
            case "signal" ->
                new HistoryEvent.SignalReceived(
                        UUID.fromString(json.path("id").asString()),
                        json.path("name").asString(),
                        bytes(json.path("value")),
                        Instant.parse(json.path("sentAt").asString()));
            case "parked" ->
                new HistoryEvent.Parked(new ParkingReason(
                        DeadLetter.Cause.valueOf(json.path("cause").asString()),
                        text(json, "step"),
                        position(json),
                        json.has("key") ? UUID.fromString(json.path("key").asString()) : null,
                        json.path("attempts").asInt(),
                        new Failure(
                                json.path("class").asString(),
                                json.path("message").asString()),
                        ""));
            case "deadline" ->
                new HistoryEvent.DeadlinePassed(
                        requiredPosition(json), Instant.parse(json.path("time").asString()));
            case "paused" -> new HistoryEvent.Paused(by(json));
            case "resumed" -> new HistoryEvent.Resumed(by(json));
            case "retried" -> new HistoryEvent.Retried(position(json), by(json));
            case "cancelled" -> new HistoryEvent.Cancelled(requiredPosition(json), by(json));
            case "ended" ->
                new HistoryEvent.Ended(
                        WorkflowStatus.valueOf(json.path("status").asString()),
                        bytes(json.path("value")),
                        json.has("action") ? by(json) : null);
            default -> decision(json);
        };
    }

    private static HistoryEvent.Decision decision(JsonNode json) {
        return switch (json.path("kind").asString()) {
            case "timer" ->
                new HistoryEvent.TimerStarted(
                        requiredPosition(json),
                        WakeTime.parse(json.path("wakeTime").asString()),
                        text(json, "signal"));
            case "signal-taken" ->
                new HistoryEvent.SignalTaken(
                        requiredPosition(json),
                        UUID.fromString(json.path("id").asString()),
                        json.path("name").asString());
            case "signal-timed-out" ->
                new HistoryEvent.SignalTimedOut(
                        requiredPosition(json), json.path("name").asString());
            case "now" ->
                new HistoryEvent.TimeRead(
                        requiredPosition(json), Instant.parse(json.path("time").asString()));
            case "marker" ->
                new HistoryEvent.MarkerSet(
                        requiredPosition(json), json.path("id").asString());
            case "callback" ->
                new HistoryEvent.CallbackMade(
                        requiredPosition(json),
                        json.path("name").asString(),
                        json.path("url").asString());
            case "published" ->
                new HistoryEvent.Published(
                        requiredPosition(json), json.path("name").asString(), bytes(json.path("value")));
            case "child" ->
                new HistoryEvent.ChildStarted(
                        requiredPosition(json),
                        json.path("name").asString(),
                        new WorkflowKey(
                                json.path("bucket").asInt(),
                                json.path("era").asInt(),
                                UUID.fromString(json.path("uid").asString())),
                        json.path("id").asString(),
                        json.path("waits").asBoolean(),
                        null);
            case "join-decided" ->
                new HistoryEvent.JoinDecided(
                        requiredPosition(json), json.path("by").asInt());
            case "branch-stopped" ->
                new HistoryEvent.BranchStopped(
                        requiredPosition(json),
                        HistoryEvent.BranchStopped.Why.valueOf(json.path("why").asString()));
            default -> throw new AssertionError("unknown kind in " + json);
        };
    }

    private static @Nullable Position position(JsonNode json) {
        return json.has("position")
                ? new Position(
                        json.path("branch").asString(), json.path("position").asInt())
                : null;
    }

    private static Position requiredPosition(JsonNode json) {
        return Objects.requireNonNull(position(json), () -> "no position in " + json);
    }

    private static @Nullable String text(JsonNode json, String name) {
        return json.has(name) ? json.path(name).asString() : null;
    }

    private static ActionRef by(JsonNode json) {
        return new ActionRef(
                UUID.fromString(json.path("action").asString()),
                ActionKind.valueOf(json.path("by").asString()));
    }

    /** Values are JSON in JSON; an empty value is absent. */
    private static byte[] bytes(JsonNode value) {
        return value.isMissingNode() ? new byte[0] : value.toString().getBytes(UTF_8);
    }

    /** The lines of the file. */
    String write() {
        List<String> lines = new ArrayList<>();
        ObjectNode head = JSON.createObjectNode()
                .put("bucket", key.bucket())
                .put("era", key.era())
                .put("uid", key.uid().toString());
        head.set("input", JSON.readTree(input));
        lines.add(head.toString());
        log.forEach(record -> lines.add(line(record).toString()));
        return String.join("\n", lines) + "\n";
    }

    private static ObjectNode line(LogRecord record) {
        ObjectNode line = JSON.createObjectNode()
                .put("seq", record.seq())
                .put("at", record.at().toString())
                .put("node", record.node());
        if (record.outcome() != null) {
            line.set("outcome", json(record.outcome()));
        }
        if (record.event() != null) {
            line.set("event", json(record.event()));
        }
        return line;
    }

    private static ObjectNode json(Outcome outcome) {
        ObjectNode json = json(outcome.position())
                .put("attempt", outcome.attempt())
                .put("state", outcome.state().name());
        put(json, outcome.value());
        return outcome.retryIn() == null
                ? json
                : json.put("retryMillis", outcome.retryIn().toMillis());
    }

    private static ObjectNode json(HistoryEvent event) {
        return switch (event) {
            case HistoryEvent.Intent intent -> {
                ObjectNode json = json(intent.position())
                        .put("kind", "intent")
                        .put("attempt", intent.attempt())
                        .put("name", intent.name())
                        .put("key", intent.idempotencyKey().toString());
                if (intent.isCompensation()) {
                    json.put("compensates", intent.compensates());
                }
                yield intent.stepNumber() == intent.position().index() ? json : json.put("step", intent.stepNumber());
            }
            case HistoryEvent.Decision decision -> json(decision);
            case HistoryEvent.SignalReceived signal -> {
                ObjectNode json = JSON.createObjectNode()
                        .put("kind", "signal")
                        .put("id", signal.id().toString())
                        .put("name", signal.name())
                        .put("sentAt", signal.sentAt().toString());
                put(json, signal.payload());
                yield json;
            }
            case HistoryEvent.Parked parked -> json(parked.reason());
            case HistoryEvent.Retried retried -> put(json(retried.position()).put("kind", "retried"), retried.by());
            case HistoryEvent.DeadlinePassed passed ->
                json(passed.position())
                        .put("kind", "deadline")
                        .put("time", passed.deadline().toString());
            case HistoryEvent.Paused paused -> put(JSON.createObjectNode().put("kind", "paused"), paused.by());
            case HistoryEvent.Resumed resumed -> put(JSON.createObjectNode().put("kind", "resumed"), resumed.by());
            case HistoryEvent.Cancelled cancelled ->
                put(json(cancelled.position()).put("kind", "cancelled"), cancelled.by());
            case HistoryEvent.Ended ended -> {
                ObjectNode json = JSON.createObjectNode()
                        .put("kind", "ended")
                        .put("status", ended.status().name());
                put(json, ended.value());
                yield ended.by() == null ? json : put(json, ended.by());
            }
            case HistoryEvent.Unknown unknown -> throw new AssertionError(unknown);
        };
    }

    private static ObjectNode json(HistoryEvent.Decision decision) {
        ObjectNode json = json(decision.position());
        return switch (decision) {
            case HistoryEvent.TimerStarted timer -> {
                json.put("kind", "timer").put("wakeTime", timer.wakeTime().text());
                yield timer.signal() == null ? json : json.put("signal", timer.signal());
            }
            case HistoryEvent.SignalTaken signal ->
                json.put("kind", "signal-taken")
                        .put("id", signal.id().toString())
                        .put("name", signal.name());
            case HistoryEvent.SignalTimedOut signal ->
                json.put("kind", "signal-timed-out").put("name", signal.name());
            case HistoryEvent.CallbackMade made ->
                json(made.position())
                        .put("kind", "callback")
                        .put("name", made.name())
                        .put("url", made.url());
            case HistoryEvent.TimeRead read ->
                json.put("kind", "now").put("time", read.time().toString());
            case HistoryEvent.MarkerSet marker -> json.put("kind", "marker").put("id", marker.id());
            case HistoryEvent.Published published ->
                json.put("kind", "published")
                        .put("name", published.name())
                        .set("value", JSON.readTree(published.value()));
            case HistoryEvent.ChildStarted child ->
                json.put("kind", "child")
                        .put("name", child.definition())
                        .put("bucket", child.child().bucket())
                        .put("era", child.child().era())
                        .put("uid", child.child().uid().toString())
                        .put("id", child.id())
                        .put("waits", child.waits());
            case HistoryEvent.JoinDecided join ->
                json.put("kind", "join-decided").put("by", join.branch());
            case HistoryEvent.BranchStopped stopped ->
                json.put("kind", "branch-stopped").put("why", stopped.why().name());
        };
    }

    private static ObjectNode json(ParkingReason reason) {
        ObjectNode json = json(reason.position())
                .put("kind", "parked")
                .put("cause", reason.cause().name())
                .put("attempts", reason.attempts())
                .put("class", reason.failure().type())
                .put("message", reason.failure().message());
        if (reason.step() != null) {
            json.put("step", reason.step());
        }
        return reason.idempotencyKey() == null
                ? json
                : json.put("key", reason.idempotencyKey().toString());
    }

    private static ObjectNode json(@Nullable Position position) {
        ObjectNode json = JSON.createObjectNode();
        if (position != null) {
            json.put("branch", position.branch()).put("position", position.index());
        }
        return json;
    }

    private static ObjectNode put(ObjectNode json, ActionRef by) {
        return json.put("action", by.id().toString()).put("by", by.kind().name());
    }

    private static void put(ObjectNode json, byte[] value) {
        if (value.length > 0) {
            json.set("value", JSON.readTree(value));
        }
    }
}
