package dev.holdfast.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * One line of a workflow's history as people read it: one attempt of a step, or a decision. Immutable.
 *
 * @param seq the number of the record in which it began
 * @param position the number of the step, from 0; -1 for what is no step
 * @param branch the path of the parallel branch, empty for the main one
 * @param state of a step: started, succeeded, rejected, failed, timed-out, undone; of a decision: what was decided
 * @param idempotencyKey of a step
 * @param endedAt when its outcome was recorded
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

    /** What a history item tells of. */
    public enum Kind {
        STEP,
        DECISION
    }
}
