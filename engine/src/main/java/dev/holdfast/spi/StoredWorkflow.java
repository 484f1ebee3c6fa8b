package dev.holdfast.spi;

import dev.holdfast.WorkflowStatus;
import java.time.Instant;
import java.util.List;

/**
 * All that is needed to go on with a workflow. Made by the store for the engine; immutable.
 *
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
        WorkflowStatus status,
        int loads,
        int loadedSeq,
        Instant readAt,
        List<LogRow> log) {
    /** The seq of its last record, 0 before the first. */
    public int lastSeq() {
        return log.isEmpty() ? 0 : log.getLast().seq();
    }
}
