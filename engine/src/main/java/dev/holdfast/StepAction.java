package dev.holdfast;

/** A {@link StepBody} without a value. */
@FunctionalInterface
public interface StepAction {
    /** Does it. */
    void run(StepScope step) throws Exception;
}
