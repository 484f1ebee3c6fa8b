package dev.holdfast.engine;

import dev.holdfast.Step;
import dev.holdfast.StepBody;
import dev.holdfast.TypeToken;

/**
 * What user code asks to be run at a position.
 *
 * @param undoes the position of the step that it undoes, or {@link dev.holdfast.spi.Entry.Intent#UNDOES_NOTHING}
 * @param isCancellable whether a cancel may come in its place
 */
record Work<T>(int position, Step step, TypeToken<T> type, StepBody<T> body, int undoes, boolean isCancellable) {
    /** Whether this is what the log has at the same position. */
    boolean matches(History.Recorded recorded) {
        return step.name().equals(recorded.name()) && undoes == recorded.undoes();
    }
}
