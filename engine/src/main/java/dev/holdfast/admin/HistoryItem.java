package dev.holdfast.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * A line of a workflow's history for readers: an attempt of a step, or a decision. Read by {@link Admin#history}.
 * Immutable; times are those of the database's clock.
 *
 * @param seq the number of the record in which the item began
 * @param position the number of the step, from 0; -1 for everything else
 * @param branch the path of the parallel branch; empty for the main branch
 * @param kind as {@link Kind}
 * @param name of the step or signal; the id of the marker; {@code sleep} or {@code now}; of a decision
 *     {@code dead-letter}, {@code end}, the verb of the action, or the name of the published value
 * @param state of a step: started, succeeded, rejected, failed, timed-out, not-begun, in-doubt, undone; of a timer:
 *     waiting, fired, read; of a marker: set; of a signal: received, undelivered, awaited, taken, timed-out; of a
 *     decision: the cause of the dead letter, RETRIED, the final status, or published
 * @param attempt the number of the attempt of the step, over all retries
 * @param idempotencyKey of the step; of a signal that was received or taken its id
 * @param startedAt when the item began
 * @param endedAt when its outcome was recorded; empty until then
 * @param error the failure of the attempt, or of the end
 */
public record HistoryItem(
        int seq,
        int position,
        String branch,
        Kind kind,
        String name,
        String state,
        int attempt,
        Optional<String> idempotencyKey,
        Instant startedAt,
        Optional<Instant> endedAt,
        Optional<Failure> error) {

    /** The kinds of items. */
    public enum Kind {
        /** One attempt of a step. */
        STEP,
        /** A wait for a time, or a reading of the clock. */
        TIMER,
        /** A signal that arrived, or was awaited. */
        SIGNAL,
        /** The start of another workflow, or the end of a child. */
        CHILD,
        /** The code was changed at this place, and took the new way. */
        MARKER,
        /** The end of the workflow, its parking, an operator's action, or a value that it published. */
        DECISION
    }
}
