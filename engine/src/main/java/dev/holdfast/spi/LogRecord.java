package dev.holdfast.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One record of a workflow's log: an outcome, an event, or both. Made by the store; immutable.
 *
 * @param seq dense, from 1
 * @param at the time of the write, by the store's clock
 * @param node the number of the node that wrote it
 */
public record LogRecord(
        int seq,
        Instant at,
        int node,
        WorkflowWrite.@Nullable Outcome outcome,
        @Nullable HistoryEvent event) {
    /**
     * Returns the record with the last event of a log, without those that were only received. It shows whether the
     * workflow has ended, and whether its dead letter is open.
     */
    public static Optional<LogRecord> lastEvent(List<LogRecord> log) {
        for (LogRecord record : log.reversed()) {
            if (record.event() != null && !record.event().isOnlyReceived()) {
                return Optional.of(record);
            }
        }
        return Optional.empty();
    }

    /** Returns a copy without the outcome. */
    public LogRecord withoutOutcome() {
        return outcome == null ? this : new LogRecord(seq, at, node, null, event);
    }

    /** Returns the last intent of a log. */
    public static Optional<HistoryEvent.Intent> lastIntent(List<LogRecord> log) {
        for (LogRecord record : log.reversed()) {
            if (record.event() instanceof HistoryEvent.Intent intent) {
                return Optional.of(intent);
            }
        }
        return Optional.empty();
    }

    /** Returns the open dead letter, if there is one. Called only on the {@linkplain #lastEvent last event}. */
    public Optional<ParkingReason> openDeadLetter() {
        return event instanceof HistoryEvent.Parked parked ? Optional.of(parked.reason()) : Optional.empty();
    }
}
