package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the engine needs to resume a workflow. Made by the store; immutable.
 *
 * @param trace that of its submission
 * @param due when to resume it; null where it was loaded when its process ended
 * @param loads of its last loading, 0 before the first
 * @param loadedSeq of its last loading
 * @param readAt the store's clock at the time of reading; due times count from here
 * @param log whole, in order
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

    /** Whether the process in which it was loaded has ended under it. */
    public boolean wasCutOff() {
        return due == null;
    }

    /** How long it is not due yet, by the store's clock; zero where it is. */
    public Duration dueIn() {
        return due == null || due.isBefore(readAt) ? Duration.ZERO : Duration.between(readAt, due);
    }
}
