package dev.holdfast;

import org.slf4j.Logger;

/**
 * What a workflow asks of the engine. Given to {@link Workflow#run}; only the workflow's own thread may call it, and
 * not from inside a step's body: both are refused with {@link IllegalStateException}.
 *
 * <p>A step's intent, with its idempotency key, is committed before its body runs; its outcome is recorded once and
 * given back on every replay. When a step fails for good, the workflow is parked at that step and none of the calls
 * here returns: the thread is unwound by an {@link Error} that workflow code must let pass.
 */
public interface WorkflowContext {
    /** The id under which this workflow was accepted. */
    String workflowId();

    /** A step with the default retry policy; its value is stored as JSON of {@code type}. */
    <T> T step(String name, Class<T> type, StepBody<T> body);

    /** A step with options. Throws {@link StepRejectedException} when the body, now or on an earlier run, rejected. */
    <T> T step(Step step, Class<T> type, StepBody<T> body);

    /** A step whose value has type arguments: {@code new TypeToken<List<Order>>() {}}. */
    <T> T step(Step step, TypeToken<T> type, StepBody<T> body);

    /** A step without a value. */
    void run(String name, StepAction body);

    /** A step without a value, with options. */
    void run(Step step, StepAction body);

    /**
     * Runs steps that can be undone. When {@link StepRejectedException} or {@link WorkflowFailedException} leaves the
     * block, the undo actions of the steps that succeeded run in reverse order, as steps, and the exception goes on.
     * Anything else that leaves parks the workflow without undoing, so that a mended program can go on.
     */
    <T> T saga(SagaBody<T> body);

    /**
     * Runs {@code action} as a step when the workflow ends, whether it completes, fails or is cancelled; what was
     * registered last runs first. Not when it is unloaded or parked: a {@code finally} block runs then too, and should
     * hold nothing that the outside sees. To be called on every replay, like any other call here.
     */
    void onExit(String name, StepAction action);

    /** A logger named after the definition that is silent on replay. */
    Logger log();
}
