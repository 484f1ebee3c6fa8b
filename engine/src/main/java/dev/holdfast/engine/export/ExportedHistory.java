package dev.holdfast.engine.export;

import dev.holdfast.spi.LogRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The exported history of a workflow. Immutable; do not change the array.
 *
 * @param engine the version of Holdfast that wrote it
 * @param run of the workflow, from 1
 * @param deadline null if it has none
 * @param log all records, in order
 */
public record ExportedHistory(
        String engine,
        String id,
        UUID uid,
        int run,
        String definition,
        int version,
        Instant acceptedAt,
        Map<String, String> labels,
        @Nullable Instant deadline,
        byte[] input,
        List<LogRecord> log) {
    /** The form of the file. A reader refuses a later one. */
    static final int FORMAT = 1;

    /** Copies the labels and the records. */
    public ExportedHistory {
        labels = Map.copyOf(labels);
        log = List.copyOf(log);
    }

    /** Returns a copy with these records. */
    public ExportedHistory with(List<LogRecord> records) {
        return new ExportedHistory(
                engine, id, uid, run, definition, version, acceptedAt, labels, deadline, input, records);
    }
}
