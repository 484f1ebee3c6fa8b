package dev.holdfast;

/**
 * A {@link StepBody} without a value, for {@link WorkflowContext#run(String, StepAction)}. The rules of
 * {@link StepBody} about threads, repeated calls and exceptions apply.
 */
@FunctionalInterface
public interface StepAction {
    /** Performs the side effect. */
    void run(StepScope step) throws Exception;
}
