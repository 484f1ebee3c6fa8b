package dev.holdfast.engine.export;

import dev.holdfast.admin.DeadLetter;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.ActionKind;
import dev.holdfast.spi.ActionRef;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.BranchStopped;
import dev.holdfast.spi.HistoryEvent.Decision;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.UnknownEventException;
import dev.holdfast.spi.WakeTime;
import dev.holdfast.spi.WorkflowKey;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one place that knows the form of an event in an exported history. Kinds and members are stored in files of users:
 * never change them. Stateless.
 */
final class EventJson {
    private static final String INTENT = "intent";
    private static final String TIMER = "timer";
    private static final String SIGNAL = "signal-received";
    private static final String SIGNAL_TAKEN = "signal-taken";
    private static final String SIGNAL_TIMED_OUT = "signal-timed-out";
    private static final String NOW = "now";
    private static final String MARKER = "marker";
    private static final String CALLBACK = "callback";
    private static final String PUBLISHED = "published";
    private static final String CHILD = "child-started";
    private static final String JOIN_DECIDED = "join-decided";
    private static final String BRANCH_STOPPED = "branch-stopped";
    private static final String PARKED = "parked";
    private static final String RETRIED = "retried";
    private static final String CANCELLED = "cancelled";
    private static final String DEADLINE = "deadline-passed";
    private static final String PAUSED = "paused";
    private static final String RESUMED = "resumed";
    private static final String ENDED = "ended";

    private EventJson() {}

    /** Throws {@link UnknownEventException} for an event of a newer build. */
    static ObjectNode write(HistoryEvent event) {
        ObjectNode json = ExportJson.object();
        switch (event) {
            case Intent intent -> {
                position(json.put("kind", INTENT), intent.position());
                json.put("name", intent.name()).put("attempt", intent.attempt());
                json.put("key", intent.idempotencyKey().toString()).put("stepNumber", intent.stepNumber());
                if (intent.isCompensation()) {
                    json.put("compensates", intent.compensates());
                }
            }
            case Decision decision -> write(decision, json);
            case HistoryEvent.SignalReceived signal -> {
                json.put("kind", SIGNAL).put("name", signal.name());
                json.put("key", signal.id().toString())
                        .put("sentAt", signal.sentAt().toString());
                ExportJson.put(json, "payload", signal.payload());
            }
            case HistoryEvent.Parked parked -> json.put("kind", PARKED).set("reason", write(parked.reason()));
            case HistoryEvent.Retried retried -> position(json.put("kind", RETRIED), retried.position());
            case HistoryEvent.DeadlinePassed passed ->
                position(json.put("kind", DEADLINE), passed.position())
                        .put("deadline", passed.deadline().toString());
            case HistoryEvent.Paused paused -> json.put("kind", PAUSED);
            case HistoryEvent.Resumed resumed -> json.put("kind", RESUMED);
            case HistoryEvent.Cancelled cancelled -> position(json.put("kind", CANCELLED), cancelled.position());
            case HistoryEvent.Ended ended -> {
                json.put("kind", ENDED).put("status", ended.status().name());
                ExportJson.put(json, "value", ended.value());
            }
            case HistoryEvent.Unknown unknown -> throw new UnknownEventException(unknown.code());
        }
        ActionRef by = event.by();
        if (by != null) {
            json.set(
                    "by",
                    ExportJson.object()
                            .put("id", by.id().toString())
                            .put("action", by.kind().name()));
        }
        return json;
    }

    private static void write(Decision decision, ObjectNode json) {
        Position position = decision.position();
        switch (decision) {
            case HistoryEvent.TimerStarted timer -> {
                position(json.put("kind", TIMER), position)
                        .put("until", timer.wakeTime().text());
                if (timer.signal() != null) {
                    json.put("name", timer.signal());
                }
            }
            case HistoryEvent.SignalTaken signal ->
                position(json.put("kind", SIGNAL_TAKEN), position)
                        .put("name", signal.name())
                        .put("key", signal.id().toString());
            case HistoryEvent.SignalTimedOut signal ->
                position(json.put("kind", SIGNAL_TIMED_OUT), position).put("name", signal.name());
            case HistoryEvent.CallbackMade made ->
                // Whoever has the token of the URL can answer the callback.
                position(json.put("kind", CALLBACK), position)
                        .put("name", made.name())
                        .put("url", withoutToken(made.url()));
            case HistoryEvent.TimeRead read ->
                position(json.put("kind", NOW), position)
                        .put("time", read.time().toString());
            case HistoryEvent.MarkerSet marker ->
                position(json.put("kind", MARKER), position).put("name", marker.id());
            case HistoryEvent.Published published -> {
                position(json.put("kind", PUBLISHED), position).put("name", published.name());
                ExportJson.put(json, "value", published.value());
            }
            case HistoryEvent.JoinDecided join ->
                position(json.put("kind", JOIN_DECIDED), position).put("winner", join.branch());
            case HistoryEvent.ChildStarted child ->
                position(json.put("kind", CHILD), position)
                        .put("definition", child.definition())
                        .put("id", child.id())
                        .put("key", child.child().uid().toString())
                        .put("bucket", child.child().bucket())
                        .put("era", child.child().era())
                        .put("waits", child.waits());
            case BranchStopped stopped ->
                position(json.put("kind", BRANCH_STOPPED), position)
                        .put("why", stopped.why().name());
        }
    }

    private static String withoutToken(String url) {
        return url.substring(0, url.lastIndexOf('/') + 1) + "not-exported";
    }

    private static ObjectNode position(ObjectNode json, @Nullable Position position) {
        return position == null ? json : json.put("branch", position.branch()).put("index", position.index());
    }

    private static ObjectNode write(ParkingReason reason) {
        ObjectNode json = ExportJson.object().put("cause", reason.cause().name());
        position(json, reason.position());
        json.put("stepNumber", reason.stepNumber()).put("attempts", reason.attempts());
        if (reason.step() != null) {
            json.put("step", reason.step());
        }
        UUID key = reason.idempotencyKey();
        if (key != null) {
            json.put("key", key.toString());
        }
        json.put("error", reason.failure().type())
                .put("message", reason.failure().message());
        return json.put("stack", reason.stack());
    }

    /** Throws {@link IllegalArgumentException} for an event that it cannot read. */
    static HistoryEvent read(Members json) {
        String kind = json.text("kind");
        return switch (kind) {
            case INTENT ->
                new Intent(
                        json.position(),
                        json.number("attempt"),
                        json.text("name"),
                        json.uuid("key"),
                        json.has("compensates") ? json.number("compensates") : Intent.COMPENSATES_NOTHING,
                        json.number("stepNumber"));
            case SIGNAL ->
                new HistoryEvent.SignalReceived(
                        json.uuid("key"), json.text("name"), json.value("payload"), json.time("sentAt"));
            case PARKED -> new HistoryEvent.Parked(reason(json.member("reason")));
            case RETRIED -> new HistoryEvent.Retried(json.positionOrNull(), by(json));
            case CANCELLED -> new HistoryEvent.Cancelled(json.position(), by(json));
            case DEADLINE -> new HistoryEvent.DeadlinePassed(json.position(), json.time("deadline"));
            case PAUSED -> new HistoryEvent.Paused(by(json));
            case RESUMED -> new HistoryEvent.Resumed(by(json));
            case ENDED ->
                new HistoryEvent.Ended(
                        json.one("status", WorkflowStatus.values()),
                        json.value("value"),
                        json.has("by") ? by(json) : null);
            default -> decision(kind, json);
        };
    }

    private static Decision decision(String kind, Members json) {
        return switch (kind) {
            case TIMER ->
                new HistoryEvent.TimerStarted(
                        json.position(), WakeTime.parse(json.text("until")), json.textOrNull("name"));
            case SIGNAL_TAKEN -> new HistoryEvent.SignalTaken(json.position(), json.uuid("key"), json.text("name"));
            case SIGNAL_TIMED_OUT -> new HistoryEvent.SignalTimedOut(json.position(), json.text("name"));
            case NOW -> new HistoryEvent.TimeRead(json.position(), Instant.parse(json.text("time")));
            case MARKER -> new HistoryEvent.MarkerSet(json.position(), json.text("name"));
            case CALLBACK -> new HistoryEvent.CallbackMade(json.position(), json.text("name"), json.text("url"));
            case PUBLISHED -> new HistoryEvent.Published(json.position(), json.text("name"), json.value("value"));
            case CHILD ->
                new HistoryEvent.ChildStarted(
                        json.position(),
                        json.text("definition"),
                        new WorkflowKey(json.number("bucket"), json.number("era"), json.uuid("key")),
                        json.text("id"),
                        json.flag("waits"),
                        null);
            case JOIN_DECIDED -> new HistoryEvent.JoinDecided(json.position(), json.number("winner"));
            case BRANCH_STOPPED -> new BranchStopped(json.position(), json.one("why", BranchStopped.Why.values()));
            default ->
                throw new IllegalArgumentException("its event is of the kind \"" + kind
                        + "\", which this Holdfast does not know: a newer one has written it, so use its test kit");
        };
    }

    private static ActionRef by(Members json) {
        Members by = json.member("by");
        return new ActionRef(by.uuid("id"), by.one("action", ActionKind.values()));
    }

    private static ParkingReason reason(Members json) {
        return new ParkingReason(
                json.one("cause", DeadLetter.Cause.values()),
                json.textOrNull("step"),
                json.positionOrNull(),
                json.number("stepNumber"),
                json.has("key") ? json.uuid("key") : null,
                json.number("attempts"),
                new Failure(json.text("error"), json.text("message")),
                Objects.requireNonNullElse(json.textOrNull("stack"), ""));
    }
}
