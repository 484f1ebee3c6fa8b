package dev.holdfast;

/**
 * A business process as a plain method. Written by users, run by the engine on a virtual thread of its own; may run
 * again from its first line after a crash, on any node, with all recorded outcomes given back. So between steps it must
 * be deterministic: what it observes of the outside world, it observes inside a step.
 *
 * <p>One instance serves all workflows of its definition at the same time: keep state in local variables.
 */
@FunctionalInterface
public interface Workflow<I, O> {
    /**
     * Runs the process. {@link WorkflowFailedException} ends the workflow as FAILED; anything else that leaves parks it
     * as a dead letter.
     */
    O run(WorkflowContext ctx, I input) throws Exception;
}
