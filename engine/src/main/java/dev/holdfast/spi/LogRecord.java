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
    /** The size that counts for a record without payload, in bytes: about what it occupies in memory. */
    public static final int FIXED_BYTES = 256;

    /** The size in memory in bytes, approximately; the same for every store. */
    public int bytes() {
        int payload = switch (event) {
            case null -> 0;
            case HistoryEvent.Parked parked -> ParkingReason.STACK_MAX;
            default -> event.payloadBytes();
        };
        return FIXED_BYTES + payload + (outcome == null ? 0 : outcome.value().length);
    }

    /** Whether the code of the workflow has made progress by this record: a final outcome, or a decision. */
    public boolean isProgress() {
        return outcome != null && outcome.state().isFinal() || event instanceof HistoryEvent.Decision;
    }

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

    /** Returns a copy with another event. */
    LogRecord with(HistoryEvent other) {
        return new LogRecord(seq, at, node, outcome, other);
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
