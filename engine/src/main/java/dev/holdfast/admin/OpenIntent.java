package dev.holdfast.admin;

import java.time.Instant;

/**
 * A step that was begun and has no recorded outcome, in a restored copy: its body may have run in the original, and
 * runs again with the same idempotency key once the copy is adopted. Read by {@link Admin#openIntents}. Immutable.
 *
 * @param workflowId the workflow
 * @param type the definition of the workflow
 * @param version of the definition
 * @param step the name of the step
 * @param position the number of the step, from 0
 * @param branch the path of the parallel branch; empty for the main branch
 * @param attempt the number of the attempt, over all retries
 * @param idempotencyKey that its body was given
 * @param since when the attempt began, by the clock of the original's database
 */
public record OpenIntent(
        String workflowId,
        String type,
        int version,
        String step,
        int position,
        String branch,
        int attempt,
        String idempotencyKey,
        Instant since) {}
