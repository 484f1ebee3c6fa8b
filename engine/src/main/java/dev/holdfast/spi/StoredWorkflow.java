package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A workflow as the engine reads it to run it. Made by the store; immutable.
 *
 * @param trace of the submission
 * @param due the time at which to run it; null if its process ended while it was loaded, or if it is parked
 * @param loads of its last {@link WorkflowWrite.Loading}; 0 before the first
 * @param loadedSeq the seq of its last {@link WorkflowWrite.Loading}
 * @param readAt the time of reading, by the store's clock
 * @param log all records, in order
 */
public record StoredWorkflow(
        WorkflowKey key,
        String id,
        String definition,
        int version,
        byte[] input,
        @Nullable TraceContext trace,
        WorkflowStatus status,
        @Nullable Instant due,
        int loads,
        int loadedSeq,
        Instant readAt,
        List<LogRecord> log) {
    /** The seq of its last record, 0 before the first. */
    public int lastSeq() {
        return log.isEmpty() ? 0 : log.getLast().seq();
    }

    /** Whether its dead letter is open. */
    public boolean isParked() {
        return LogRecord.lastEvent(log).flatMap(LogRecord::openDeadLetter).isPresent();
    }

    /** Whether its process ended while it was loaded; also true for a parked workflow. */
    public boolean wasCutOff() {
        return due == null;
    }

    /** The time from {@code readAt} until it is due; zero if it is due. */
    public Duration dueIn() {
        return due == null || due.isBefore(readAt) ? Duration.ZERO : Duration.between(readAt, due);
    }
}
