package dev.holdfast.admin;

import java.time.Instant;
import java.util.Optional;

/**
 * A dead letter: the place where a workflow stopped, and the whole cause. Read by {@link Admin#deadLetters}. Immutable.
 *
 * @param id of this parking of the workflow; the next parking has another
 * @param workflowId of the workflow
 * @param type the name of the definition
 * @param version of the definition
 * @param at time of the parking, by the database's clock
 * @param cause the name of a {@link Cause}; a newer node may have written one that this version does not know
 * @param step the name of the step that the workflow stopped at; empty where it stopped between steps
 * @param position of that step, from 0; without a step the position that the code had reached, or -1
 * @param branch the path of the branch that the workflow stopped in; empty for the main branch
 * @param idempotencyKey of that step; empty without one
 * @param attempts of that step, over all retries; 0 without one
 * @param error the failure of the last attempt
 * @param stack of the error, at most 16,000 characters
 * @param open whether the dead letter still waits for an operator
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
        String branch,
        Optional<String> idempotencyKey,
        int attempts,
        Failure error,
        String stack,
        boolean open) {
    /** The causes for which workflows are parked. Names are stored: never change them. */
    public enum Cause {
        /** All attempts of a step have failed. */
        RETRIES_EXHAUSTED,
        /** A step failed with an exception that its policy does not retry, or workflow code threw an exception. */
        NON_RETRYABLE,
        /**
         * A step may have had its effect, and nobody knows. A retry needs the explicit yes
         * {@link Admin#runAgainAnyway}.
         */
        IN_DOUBT,
        /** The code asked for another step than its log has. */
        HISTORY_MISMATCH,
        /** A stored value does not fit its type. */
        UNDECODABLE,
        /** Five processes ended while the workflow was loaded, without progress of the workflow in between. */
        POISON,
        /** The input and the history alone are larger than the memory that a node has for workflows. */
        HISTORY_LIMIT,
        /** No node has had the version of the workflow for seven days. */
        UNKNOWN_DEFINITION,
        /** It has not ended by its deadline, and its code did not catch that. A retry clears the deadline. */
        DEADLINE,
        /** The undo action of a step has failed for good. */
        COMPENSATION_FAILED
    }
}
