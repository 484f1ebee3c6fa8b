package dev.holdfast.spi;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event of a workflow's log, for users that read the history, without the values of steps and results. Made by the
 * store; immutable.
 *
 * @param seq of the record
 * @param at the time of the write, by the store's clock
 * @param event a {@link HistoryEvent.Ended} has its value only if it is FAILED
 * @param outcome of an intent: the outcome of its attempt, with the value only if it is a failure; null without one
 * @param outcomeAt the time of the write of the outcome
 * @param compensated whether a compensation of this step has succeeded
 * @param isTaken of a signal that has arrived: whether the code has taken it
 * @param isOver whether the workflow has ended
 * @param readAt the time of reading, by the store's clock
 */
public record HistoryEntry(
        int seq,
        Instant at,
        HistoryEvent event,
        WorkflowWrite.@Nullable Outcome outcome,
        @Nullable Instant outcomeAt,
        boolean compensated,
        boolean isTaken,
        boolean isOver,
        Instant readAt) {}
