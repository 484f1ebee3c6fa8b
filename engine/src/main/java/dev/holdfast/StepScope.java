package dev.holdfast;

/**
 * The attempt that a step's body runs in. The engine passes it to {@link StepBody} and {@link StepAction}. Valid while
 * the body runs; safe for all threads.
 *
 * <pre>{@code
 * ctx.run("ledger", step -> ledger.append(order, step.idempotencyKey(), step.epoch()));
 * }</pre>
 */
public interface StepScope {
    /**
     * Returns the idempotency key, a UUID that stays the same for every attempt of this step, over retries, restarts,
     * nodes and retries of a dead letter. Pass it to the external system, so that a repeated call has one effect.
     */
    String idempotencyKey();

    /** Returns the number of this attempt: 1 for the first, then one more for each. It never starts over. */
    int attempt();

    /** Returns the number of this step in its workflow, from 0. */
    int position();

    /** Returns the id of the workflow. */
    String workflowId();

    /**
     * Returns the epoch, a number that grows whenever the ownership of this workflow moves to another process. An
     * external system that stores the highest epoch it has seen can refuse a former owner.
     */
    long epoch();

    /** Returns the name of the node that runs the body. */
    String node();
}
