package dev.holdfast.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * A dead letter as readers see it: where a workflow stopped, and the whole cause. Read from the store; immutable.
 *
 * @param id names this parking of the workflow; the next one has another
 * @param type the name of the definition
 * @param at when it was parked, by the database's clock
 * @param cause such as RETRIES_EXHAUSTED
 * @param step the name of the step it stopped at, where it is one
 * @param position of that step, from 0; -1 where it is none
 * @param idempotencyKey of that step
 * @param attempts how often that step was tried, over all retries
 * @param error what it failed with
 * @param stack of the error, at most 16,000 characters
 * @param open whether it still waits for a decision
 */
public record DeadLetter(
        String id,
        String workflowId,
        String type,
        int version,
        Instant at,
        String cause,
        Optional<String> step,
        int position,
        Optional<String> idempotencyKey,
        int attempts,
        Failure error,
        String stack,
        boolean open) {
    /** Why a workflow could not go on by itself. Names are stored: never change them. */
    public enum Cause {
        RETRIES_EXHAUSTED,
        NON_RETRYABLE,
        HISTORY_MISMATCH,
        UNDECODABLE,
        POISON,
        COMPENSATION_FAILED
    }
}
