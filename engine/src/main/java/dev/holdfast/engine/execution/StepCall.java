package dev.holdfast.engine.execution;

import dev.holdfast.Step;
import dev.holdfast.StepBody;
import dev.holdfast.TypeToken;
import dev.holdfast.engine.history.RecordedStep;
import dev.holdfast.spi.HistoryEvent.Intent;
import dev.holdfast.spi.Position;

/**
 * A call of a step by user code. Immutable.
 *
 * @param position among all calls of its branch
 * @param stepNumber among the steps of its branch, as users see it
 * @param compensates the index of the step that it compensates, or {@link Intent#COMPENSATES_NOTHING}
 * @param isCancellable whether a cancel can be delivered at this call
 */
record StepCall<T>(
        Position position,
        int stepNumber,
        Step step,
        TypeToken<T> type,
        StepBody<T> body,
        int compensates,
        boolean isCancellable) {
    /** Whether the recorded step has the same name and compensates the same step. */
    boolean matches(RecordedStep recorded) {
        return step.name().equals(recorded.name()) && compensates == recorded.compensates();
    }

    boolean isCompensation() {
        return compensates != Intent.COMPENSATES_NOTHING;
    }
}
