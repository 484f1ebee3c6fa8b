package dev.holdfast.engine.execution;

import dev.holdfast.Step;
import dev.holdfast.StepBody;
import dev.holdfast.TypeToken;
import dev.holdfast.engine.history.History;

/**
 * What user code asks to be run at a position.
 *
 * @param compensates the position of the step that it compensates, or
 *     {@link dev.holdfast.spi.WorkflowWrite.Intent#COMPENSATES_NOTHING}
 * @param isCancellable whether a cancel may come in its place
 */
record StepCall<T>(
        int position, Step step, TypeToken<T> type, StepBody<T> body, int compensates, boolean isCancellable) {
    /** Whether this is what the log has at the same position. */
    boolean matches(History.Recorded recorded) {
        return step.name().equals(recorded.name()) && compensates == recorded.compensates();
    }
}
