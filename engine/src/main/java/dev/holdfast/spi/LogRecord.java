package dev.holdfast.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One record of a workflow's log, as read back: an outcome, an event, or both. Made by the store; immutable.
 *
 * @param seq dense, from 1
 * @param at when it was written, by the store's clock
 * @param node the number of the node that wrote it
 */
public record LogRecord(
        int seq, Instant at, int node, WorkflowWrite.@Nullable Outcome outcome, WorkflowWrite.@Nullable Event event) {}
