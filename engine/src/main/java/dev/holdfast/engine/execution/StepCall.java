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
 * @param call among the calls of its branch
 * @param compensates the index of the step that it compensates, or {@link Intent#COMPENSATES_NOTHING}
 * @param isUndoable whether it has an undo action
 */
record StepCall<T>(Call call, Step step, TypeToken<T> type, StepBody<T> body, int compensates, boolean isUndoable) {
    Position position() {
        return call.position();
    }

    /** Whether the recorded step has the same name and compensates the same step. */
    boolean matches(RecordedStep recorded) {
        return step.name().equals(recorded.name()) && compensates == recorded.compensates();
    }

    /** The call in the words of a message. */
    String description() {
        return RecordedStep.description(step.name(), compensates);
    }

    /** Whether its body is called at most once. */
    boolean isAtMostOnce() {
        return step.isAtMostOnce();
    }

    boolean isCompensation() {
        return compensates != Intent.COMPENSATES_NOTHING;
    }
}
