package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.DeadLetter.Cause;
import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.Optional;

/** Cancels a workflow: its code gets the cancel at its next call, and compensates. */
final class CancelHandler extends ActionHandler {
    CancelHandler(Store store) {
        super(store);
    }

    @Override
    void whenLoaded(Execution execution, OperatorAction action) {
        execution.cancel(action);
    }

    /** A workflow of which nothing ran ends at once. One that cannot be loaded is not loaded for this. */
    @Override
    ActionDecision whenUnloaded(OperatorAction action, Optional<WorkflowHead> head) {
        if (head.isEmpty()) {
            return end(action, cancelled(action));
        }
        boolean unloadable = head.flatMap(WorkflowHead::openDeadLetter)
                .filter(letter -> letter.cause() == Cause.POISON || letter.cause() == Cause.HISTORY_LIMIT)
                .isPresent();
        return unloadable
                ? new ActionDecision.ReplyOnly(Answered.refused(action, WorkflowStatus.DEAD_LETTERED))
                : new ActionDecision.LoadToCancel();
    }
}
