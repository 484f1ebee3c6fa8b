package dev.holdfast.postgres.checkpoint;

import dev.holdfast.spi.WorkflowWrite;
import org.jspecify.annotations.Nullable;

/**
 * A log record about to be written: an outcome, an event, or both.
 *
 * @param recordId random; tells a record of ours from one that somebody else put in the same place
 */
record Row(int seq, long recordId, WorkflowWrite.@Nullable Outcome outcome, WorkflowWrite.@Nullable Event event) {}
