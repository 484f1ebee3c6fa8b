package dev.holdfast.engine.history;

import dev.holdfast.UndecodableException;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.HistoryItem.Kind;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEntry;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.ChildStarted;
import dev.holdfast.spi.HistoryEvent.Ended;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.HistoryEvent.Parked;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Turns entries of a history into the items that users read. Immutable. */
record HistoryItems(FailureCodec failures) {
    /** What an item shows that is no step. */
    private record Shown(Kind kind, String name, String state) {}

    HistoryItem of(HistoryEntry entry) {
        return switch (entry.event()) {
            case Intent intent -> step(entry, intent);
            case HistoryEvent.Decision decided -> decided(entry, decided);
            case HistoryEvent.SignalReceived signal ->
                item(entry, new Shown(kind(signal.name()), signal.name(), received(entry)), Position.MAIN, signal.id());
            case Parked parked -> {
                Failure error = parked.reason().failure();
                yield decision(entry, "dead-letter", parked.reason().cause().name(), error);
            }
            case HistoryEvent.Cancelled cancelled -> decision(entry, "cancel", "CANCELLED", null);
            case HistoryEvent.DeadlinePassed passed -> decision(entry, "deadline", "PASSED", null);
            case HistoryEvent.Paused paused -> decision(entry, "pause", "PAUSED", null);
            case HistoryEvent.Resumed resumed -> decision(entry, "resume", "RESUMED", null);
            case HistoryEvent.Retried retried ->
                decision(entry, retried.by().kind().verb(), "RETRIED", null);
            case Ended ended -> {
                String name = ended.by() == null ? "end" : ended.by().kind().verb();
                boolean failed = ended.status() == WorkflowStatus.FAILED;
                yield decision(entry, name, ended.status().name(), failed ? decode(ended.value()) : null);
            }
            case HistoryEvent.Unknown unknown -> decision(entry, "unknown", "EVENT_" + unknown.code(), null);
        };
    }

    private static HistoryItem decided(HistoryEntry entry, HistoryEvent.Decision decided) {
        String branch = decided.position().branch();
        return switch (decided) {
            case HistoryEvent.TimerStarted timer -> {
                String signal = timer.signal();
                yield signal == null
                        ? sleep(entry, timer)
                        : item(entry, new Shown(Kind.SIGNAL, signal, "awaited"), branch, null);
            }
            case HistoryEvent.SignalTaken signal ->
                item(entry, new Shown(kind(signal.name()), signal.name(), "taken"), branch, signal.id());
            case HistoryEvent.SignalTimedOut signal ->
                item(entry, new Shown(Kind.SIGNAL, signal.name(), "timed-out"), branch, null);
            case HistoryEvent.CallbackMade made ->
                item(entry, new Shown(Kind.SIGNAL, "callback:" + made.name(), "made"), branch, null);
            case HistoryEvent.TimeRead read -> item(entry, new Shown(Kind.TIMER, "now", "read"), branch, null);
            case HistoryEvent.MarkerSet marker -> item(entry, new Shown(Kind.MARKER, marker.id(), "set"), branch, null);
            case HistoryEvent.Published published ->
                item(entry, new Shown(Kind.DECISION, published.name(), "published"), branch, null);
            case HistoryEvent.ChildStarted child -> {
                String state = child.waits() ? "started" : "detached";
                yield item(
                        entry,
                        new Shown(Kind.CHILD, child.definition(), state),
                        branch,
                        child.id(),
                        child.waits() ? Optional.empty() : Optional.of(entry.at()),
                        null);
            }
            case HistoryEvent.JoinDecided join -> {
                String winner = join.position().branchPath(join.branch());
                yield item(entry, new Shown(Kind.DECISION, "join", "decided"), winner, null);
            }
            case HistoryEvent.BranchStopped stopped ->
                item(entry, new Shown(Kind.DECISION, "stop", stopped.label()), branch, null);
        };
    }

    private static HistoryItem sleep(HistoryEntry entry, HistoryEvent.TimerStarted timer) {
        Instant due = timer.wakeTime().from(entry.at());
        boolean fired = !due.isAfter(entry.readAt());
        Shown shown = new Shown(Kind.TIMER, "sleep", fired ? "fired" : "waiting");
        String branch = timer.position().branch();
        return item(entry, shown, branch, null, fired ? Optional.of(due) : Optional.empty(), null);
    }

    /** The end of a child arrives as a signal. */
    private static Kind kind(String signal) {
        return ChildStarted.isEnd(signal) ? Kind.CHILD : Kind.SIGNAL;
    }

    private static String received(HistoryEntry entry) {
        return entry.isOver() && !entry.isTaken() ? "undelivered" : "received";
    }

    private static HistoryItem decision(HistoryEntry entry, String name, String state, @Nullable Failure error) {
        Shown shown = new Shown(Kind.DECISION, name, state);
        return item(entry, shown, Position.MAIN, null, Optional.of(entry.at()), error);
    }

    private static HistoryItem item(HistoryEntry entry, Shown shown, String branch, @Nullable UUID key) {
        return item(entry, shown, branch, key == null ? null : key.toString(), Optional.of(entry.at()), null);
    }

    private static HistoryItem item(
            HistoryEntry entry,
            Shown shown,
            String branch,
            @Nullable String key,
            Optional<Instant> endedAt,
            @Nullable Failure error) {
        return new HistoryItem(
                entry.seq(),
                -1,
                branch,
                shown.kind(),
                shown.name(),
                shown.state(),
                0,
                Optional.ofNullable(key),
                entry.at(),
                endedAt,
                Optional.ofNullable(error));
    }

    private HistoryItem step(HistoryEntry entry, Intent intent) {
        Outcome outcome = entry.outcome();
        boolean succeeded = outcome != null && outcome.state() == Outcome.State.SUCCEEDED;
        return new HistoryItem(
                entry.seq(),
                intent.stepNumber(),
                intent.position().branch(),
                Kind.STEP,
                intent.name(),
                succeeded && entry.compensated() ? "undone" : state(outcome),
                intent.attempt(),
                Optional.of(intent.idempotencyKey().toString()),
                entry.at(),
                Optional.ofNullable(entry.outcomeAt()),
                outcome == null || succeeded || outcome.state() == Outcome.State.NOT_BEGUN
                        ? Optional.empty()
                        : Optional.of(decode(outcome.value())));
    }

    private static String state(@Nullable Outcome outcome) {
        return outcome == null ? "started" : outcome.state().label();
    }

    private Failure decode(byte[] value) {
        try {
            return failures.decode(value);
        } catch (UndecodableException e) {
            return Failure.of(e);
        }
    }
}
