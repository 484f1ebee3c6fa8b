package dev.holdfast.engine.history;

import dev.holdfast.Codec;
import dev.holdfast.UndecodableException;
import dev.holdfast.admin.Failure;
import dev.holdfast.admin.HistoryItem;
import dev.holdfast.admin.HistoryItem.Kind;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.HistoryEvent.Ended;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.HistoryEvent.Parked;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.ParkingReason;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the records of a log into the lines that people read. One instance for one log, from its first record on. */
final class HistoryItems {
    private final FailureCodec failures;
    private final List<HistoryItem> items = new ArrayList<>();
    private final Map<Position, Integer> lastOfPosition = new HashMap<>();
    private final Map<Position, Position> compensated = new HashMap<>();

    HistoryItems(Codec codec) {
        this.failures = new FailureCodec(codec);
    }

    List<HistoryItem> of(List<LogRecord> rows) {
        for (LogRecord record : rows) {
            if (record.outcome() != null) {
                ended(record.outcome(), record.at());
            }
            if (record.event() != null) {
                happened(record.seq(), record.event(), record.at());
            }
        }
        return items;
    }

    private void happened(int seq, HistoryEvent event, Instant at) {
        switch (event) {
            case Intent intent -> started(seq, intent, at);
            case Parked parked -> {
                ParkingReason reason = parked.reason();
                decided(seq, "dead-letter", reason.cause().name(), at, reason.failure());
            }
            case HistoryEvent.Cancelled cancelled -> decided(seq, "cancel", "CANCELLED", at, null);
            case HistoryEvent.Retried retried -> decided(seq, "retry", "RETRIED", at, null);
            case Ended ended -> {
                String name = ended.by() == null ? "end" : ended.by().kind().verb();
                decided(seq, name, ended.status().name(), at, failure(ended));
            }
            case HistoryEvent.Unknown unknown -> decided(seq, "unknown", "EVENT_" + unknown.code(), at, null);
        }
    }

    private @Nullable Failure failure(Ended ended) {
        return ended.status() == WorkflowStatus.FAILED ? decode(ended.value()) : null;
    }

    private void decided(int seq, String name, String state, Instant at, @Nullable Failure error) {
        items.add(new HistoryItem(
                seq,
                -1,
                "",
                Kind.DECISION,
                name,
                state,
                0,
                Optional.empty(),
                at,
                Optional.of(at),
                Optional.ofNullable(error)));
    }

    private void started(int seq, Intent intent, Instant at) {
        lastOfPosition.put(intent.position(), items.size());
        if (intent.isCompensation()) {
            compensated.put(intent.position(), new Position(intent.position().branch(), intent.compensates()));
        }
        items.add(new HistoryItem(
                seq,
                stepNumber(intent.position()),
                intent.position().branch(),
                Kind.STEP,
                intent.name(),
                "started",
                intent.attempt(),
                Optional.of(intent.idempotencyKey().toString()),
                at,
                Optional.empty(),
                Optional.empty()));
    }

    /** Steps are numbered apart from other calls; so far every call that has a position is a step. */
    private static int stepNumber(Position position) {
        return position.index();
    }

    private void ended(Outcome outcome, Instant at) {
        Integer index = lastOfPosition.get(outcome.position());
        if (index == null) {
            throw new IllegalStateException(
                    "the log has an outcome of position " + outcome.position() + ", but no intent before it");
        }
        Failure error = outcome.state() == Outcome.State.SUCCEEDED ? null : decode(outcome.value());
        items.set(index, with(items.get(index), outcome.state().label(), Optional.of(at), Optional.ofNullable(error)));
        Integer undone = lastOfPosition.get(compensated.get(outcome.position()));
        if (undone != null && outcome.state() == Outcome.State.SUCCEEDED) {
            HistoryItem item = items.get(undone);
            items.set(undone, with(item, "undone", item.endedAt(), item.error()));
        }
    }

    private Failure decode(byte[] value) {
        try {
            return failures.decode(value);
        } catch (UndecodableException e) {
            return Failure.of(e);
        }
    }

    private static HistoryItem with(
            HistoryItem item, String state, Optional<Instant> endedAt, Optional<Failure> error) {
        return new HistoryItem(
                item.seq(),
                item.position(),
                item.branch(),
                item.kind(),
                item.name(),
                state,
                item.attempt(),
                item.idempotencyKey(),
                item.startedAt(),
                endedAt,
                error);
    }
}
