package dev.holdfast.spi;

import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A workflow as the engine reads it to run it. One that is long is not whole: it has no input, and only a summary of
 * its log. Made by the store; immutable.
 *
 * @param input empty if the workflow is not whole
 * @param trace of the submission
 * @param deadline null if it has none, or only that of its definition
 * @param due the time at which to run it; null if its process ended while it was loaded, or if it is parked
 * @param waits the {@linkplain Wait#text text} of what it waits for while it is unloaded
 * @param loads of its last {@link WorkflowWrite.Loading}; 0 before the first
 * @param loadedSeq the seq of its last {@link WorkflowWrite.Loading}
 * @param readAt the time of reading, by the store's clock
 * @param log all records, in order; empty if the workflow is not whole
 * @param summary of the log; null if the workflow is whole
 */
public record StoredWorkflow(
        WorkflowKey key,
        String id,
        String definition,
        int version,
        byte[] input,
        @Nullable TraceContext trace,
        @Nullable Instant deadline,
        WorkflowStatus status,
        @Nullable Instant due,
        @Nullable String waits,
        int loads,
        int loadedSeq,
        Instant readAt,
        List<LogRecord> log,
        @Nullable LogSummary summary) {
    /** The size of the longest log that is read with those of other workflows, by {@link LogRecord#bytes}. */
    public static final int LOG_BYTES_MAX = 64 << 10;

    /** The size of the longest input that is read with those of other workflows. */
    public static final int INPUT_BYTES_MAX = 32 << 10;

    /** The size of the largest workflow that is whole. */
    public static final int BYTES_MAX = LOG_BYTES_MAX + INPUT_BYTES_MAX;

    /** Whether its input and all its records are here. */
    public boolean isWhole() {
        return summary == null;
    }

    /** The size of its input and its records, if it is whole. */
    public long bytes() {
        return input.length + log.stream().mapToLong(LogRecord::bytes).sum();
    }

    /** The seq of its last record, 0 before the first. */
    public int lastSeq() {
        return logSummary().lastSeq();
    }

    /** The record of its last event that was not only received. */
    public Optional<LogRecord> lastEvent() {
        return Optional.ofNullable(logSummary().lastEvent());
    }

    /** Whether its dead letter is open. */
    public boolean isParked() {
        return lastEvent().flatMap(LogRecord::openDeadLetter).isPresent();
    }

    /** Whether an operator has paused it. */
    public boolean isPaused() {
        return lastEvent()
                .filter(record -> record.event() instanceof HistoryEvent.Paused)
                .isPresent();
    }

    /** Whether its code has made progress since it was last loaded. */
    public boolean hasProgressed() {
        return logSummary().progressed();
    }

    /** The last intent of its log. */
    public Optional<HistoryEvent.Intent> lastIntent() {
        return Optional.ofNullable(logSummary().lastIntent());
    }

    /** Returns a copy with this summary. */
    public StoredWorkflow withSummary(LogSummary read) {
        return new StoredWorkflow(
                key,
                id,
                definition,
                version,
                input,
                trace,
                deadline,
                status,
                due,
                waits,
                loads,
                loadedSeq,
                readAt,
                log,
                read);
    }

    private LogSummary logSummary() {
        return summary == null ? LogSummary.of(log, loadedSeq) : summary;
    }

    /** Whether it was unloaded because its version was not registered. */
    public boolean waitsForVersion() {
        return new Wait.Version(definition, version).text().equals(waits);
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
