package dev.holdfast;

/** A {@link StepBody} without a value, for {@link WorkflowContext#run}: same caller, same thread, same failures. */
@FunctionalInterface
public interface StepAction {
    /** Does it. */
    void run(StepScope step) throws Exception;
}
