package dev.holdfast;

/** What a step's body knows of the attempt that it is. Valid while the body runs; safe for all threads. */
public interface StepScope {
    /** A UUID, the same for every attempt of this step: over retries, restarts, nodes. Hand it to the outside. */
    String idempotencyKey();

    /** 1 for the first call of the body, then one more for each; never starts over. */
    int attempt();

    /** The number of this step in its workflow, from 0. */
    int position();

    /** The id of the workflow. */
    String workflowId();

    /** Grows whenever the ownership of this workflow changes hands; lets the outside refuse a former owner. */
    long epoch();

    /** The name of the node that runs the body. */
    String node();
}
