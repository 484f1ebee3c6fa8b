package dev.holdfast.postgres.checkpoint;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.WorkflowWrite;
import org.jspecify.annotations.Nullable;

/**
 * A log record about to be written: an outcome, an event, or both. The database sets its time. Immutable.
 *
 * @param recordId random; distinguishes this record from one of another owner at the same place
 */
record NewRecord(
        int seq,
        long recordId,
        WorkflowWrite.@Nullable Outcome outcome,
        @Nullable HistoryEvent event) {}
