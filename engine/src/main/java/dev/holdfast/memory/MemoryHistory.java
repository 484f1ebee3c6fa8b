package dev.holdfast.memory;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEntry;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.Position;
import dev.holdfast.spi.WorkflowWrite.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads a log as a history for users. Used inside transactions only. */
record MemoryHistory(List<LogRecord> log, Instant now) {
    private static final byte[] NO_VALUE = {};

    List<HistoryEntry> page(int afterSeq, int limit) {
        return log.stream()
                .skip(afterSeq)
                .filter(record -> record.event() != null)
                .limit(limit)
                .map(record -> entry(record, record.event()))
                .toList();
    }

    private HistoryEntry entry(LogRecord record, @Nullable HistoryEvent event) {
        if (event instanceof HistoryEvent.Intent intent) {
            Optional<LogRecord> ended = outcome(record.seq(), intent.position(), intent.attempt());
            return new HistoryEntry(
                    record.seq(),
                    record.at(),
                    intent,
                    ended.map(LogRecord::outcome)
                            .map(MemoryHistory::withoutValue)
                            .orElse(null),
                    ended.map(LogRecord::at).orElse(null),
                    isCompensated(intent.position()),
                    false,
                    isOver(),
                    now);
        }
        boolean taken = event instanceof HistoryEvent.SignalReceived signal && isTaken(signal.id());
        return new HistoryEntry(
                record.seq(), record.at(), withoutValue(event), null, null, false, taken, isOver(), now);
    }

    private boolean isOver() {
        return LogRecord.lastEvent(log)
                .filter(last -> last.event() instanceof HistoryEvent.Ended)
                .isPresent();
    }

    private boolean isTaken(UUID signal) {
        return log.stream()
                .anyMatch(record -> record.event() instanceof HistoryEvent.SignalTaken taken
                        && taken.id().equals(signal));
    }

    private Optional<LogRecord> outcome(int afterSeq, Position position, int attempt) {
        return log.stream()
                .skip(afterSeq)
                .filter(record -> record.outcome() != null
                        && record.outcome().position().equals(position)
                        && record.outcome().attempt() == attempt)
                .findFirst();
    }

    private boolean isCompensated(Position position) {
        return log.stream()
                .anyMatch(record -> record.event() instanceof HistoryEvent.Intent intent
                        && intent.isCompensation()
                        && position.equals(new Position(intent.position().branch(), intent.compensates()))
                        && hasSucceeded(record.seq(), intent));
    }

    private boolean hasSucceeded(int seq, HistoryEvent.Intent intent) {
        return outcome(seq, intent.position(), intent.attempt())
                .map(LogRecord::outcome)
                .filter(outcome -> outcome.state() == Outcome.State.SUCCEEDED)
                .isPresent();
    }

    private static Outcome withoutValue(Outcome outcome) {
        return outcome.state() == Outcome.State.SUCCEEDED
                ? new Outcome(outcome.position(), outcome.attempt(), outcome.state(), NO_VALUE, outcome.retryIn())
                : outcome;
    }

    private static HistoryEvent withoutValue(@Nullable HistoryEvent event) {
        if (event instanceof HistoryEvent.Ended ended && ended.status() != WorkflowStatus.FAILED) {
            return new HistoryEvent.Ended(ended.status(), NO_VALUE, ended.by());
        }
        if (event instanceof HistoryEvent.SignalReceived signal) {
            return new HistoryEvent.SignalReceived(signal.id(), signal.name(), NO_VALUE, signal.sentAt());
        }
        if (event instanceof HistoryEvent.Published published) {
            return new HistoryEvent.Published(published.position(), published.name(), NO_VALUE);
        }
        return Objects.requireNonNull(event);
    }
}
