package dev.holdfast.engine.execution;

import dev.holdfast.spi.Position;

/**
 * A call of the context by user code. Immutable.
 *
 * @param position among all calls of its branch
 * @param stepNumber the number of a step among the steps of its branch, as users see it; of another call that of the
 *     last step before it, or -1
 * @param isCancellable whether a cancel can be delivered at this call
 */
record Call(Position position, int stepNumber, boolean isCancellable) {
    int index() {
        return position.index();
    }
}
