package dev.holdfast.engine.history;

import dev.holdfast.UndecodableException;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.HistoryItem.Kind;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEntry;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.Ended;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.HistoryEvent.Parked;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns entries of a history into the items that users read. Immutable. */
record HistoryItems(FailureCodec failures) {
    HistoryItem of(HistoryEntry entry) {
        return switch (entry.event()) {
            case Intent intent -> step(entry, intent);
            case Parked parked ->
                decision(
                        entry,
                        "dead-letter",
                        parked.reason().cause().name(),
                        parked.reason().failure());
            case HistoryEvent.Cancelled cancelled -> decision(entry, "cancel", "CANCELLED", null);
            case HistoryEvent.Retried retried -> decision(entry, "retry", "RETRIED", null);
            case Ended ended -> {
                String name = ended.by() == null ? "end" : ended.by().kind().verb();
                boolean failed = ended.status() == WorkflowStatus.FAILED;
                yield decision(entry, name, ended.status().name(), failed ? decode(ended.value()) : null);
            }
            case HistoryEvent.Unknown unknown -> decision(entry, "unknown", "EVENT_" + unknown.code(), null);
        };
    }

    private static HistoryItem decision(HistoryEntry entry, String name, String state, @Nullable Failure error) {
        return new HistoryItem(
                entry.seq(),
                -1,
                "",
                Kind.DECISION,
                name,
                state,
                0,
                Optional.empty(),
                entry.at(),
                Optional.of(entry.at()),
                Optional.ofNullable(error));
    }

    private HistoryItem step(HistoryEntry entry, Intent intent) {
        Outcome outcome = entry.outcome();
        boolean succeeded = outcome != null && outcome.state() == Outcome.State.SUCCEEDED;
        return new HistoryItem(
                entry.seq(),
                stepNumber(intent.position()),
                intent.position().branch(),
                Kind.STEP,
                intent.name(),
                succeeded && entry.compensated() ? "undone" : state(outcome),
                intent.attempt(),
                Optional.of(intent.idempotencyKey().toString()),
                entry.at(),
                Optional.ofNullable(entry.outcomeAt()),
                outcome == null || succeeded ? Optional.empty() : Optional.of(decode(outcome.value())));
    }

    private static String state(@Nullable Outcome outcome) {
        return outcome == null ? "started" : outcome.state().label();
    }

    /** Steps have numbers of their own. They equal the indexes while every call with a position is a step. */
    private static int stepNumber(Position position) {
        return position.index();
    }

    private Failure decode(byte[] value) {
        try {
            return failures.decode(value);
        } catch (UndecodableException e) {
            return Failure.of(e);
        }
    }
}
