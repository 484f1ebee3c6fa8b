package dev.holdfast.spi;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One record of a workflow's log, as read back: an outcome, an event, or both. Made by the store; immutable.
 *
 * @param seq dense, from 1
 * @param at when it was written, by the store's clock
 * @param node the number of the node that wrote it
 */
public record LogRecord(
        int seq,
        Instant at,
        int node,
        WorkflowWrite.@Nullable Outcome outcome,
        @Nullable HistoryEvent event) {
    /**
     * The last event of a log, leaving out those that were only received. It says whether the workflow has ended, and
     * whether its dead letter is open.
     */
    public static Optional<LogRecord> lastEvent(List<LogRecord> log) {
        for (LogRecord record : log.reversed()) {
            if (record.event() != null && !record.event().isOnlyReceived()) {
                return Optional.of(record);
            }
        }
        return Optional.empty();
    }

    /** The attempt of a log that was started last. */
    public static Optional<HistoryEvent.Intent> lastIntent(List<LogRecord> log) {
        for (LogRecord record : log.reversed()) {
            if (record.event() instanceof HistoryEvent.Intent intent) {
                return Optional.of(intent);
            }
        }
        return Optional.empty();
    }

    /** Where this is the {@linkplain #lastEvent last event}: why the workflow is parked, if its dead letter is open. */
    public Optional<ParkingReason> openDeadLetter() {
        return event instanceof HistoryEvent.Parked parked ? Optional.of(parked.reason()) : Optional.empty();
    }
}
