package dev.holdfast.spi;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of a log that is too long to be read with others. Made by the store, without reading the log;
 * immutable.
 *
 * @param lastSeq the seq of the last record
 * @param progressed whether a record of {@linkplain LogRecord#isProgress progress} follows the last
 *     {@link WorkflowWrite.Loading}
 * @param lastEvent the record of the last event that was not only received, without an outcome; null if there is none
 * @param lastIntent the last intent; null if there is none
 */
public record LogSummary(
        int lastSeq, boolean progressed, @Nullable LogRecord lastEvent, HistoryEvent.@Nullable Intent lastIntent) {
    /** The summary of these records. {@code loadedSeq} is the seq of the last {@link WorkflowWrite.Loading}. */
    public static LogSummary of(List<LogRecord> log, int loadedSeq) {
        return new LogSummary(
                log.isEmpty() ? 0 : log.getLast().seq(),
                log.stream().anyMatch(record -> record.seq() > loadedSeq && record.isProgress()),
                LogRecord.lastEvent(log).map(LogRecord::withoutOutcome).orElse(null),
                LogRecord.lastIntent(log).orElse(null));
    }
}
