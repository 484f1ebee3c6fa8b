package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.ParkingReason;
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

    /**
     * A workflow of which nothing ran ends at once. One whose dead letter refuses the cancel is not loaded for it: the
     * cancel by a parent waits then, because the parent has been stopped.
     */
    @Override
    ActionDecision whenUnloaded(OperatorAction action, Optional<WorkflowHead> head) {
        if (head.isEmpty()) {
            return end(action, cancelled(action));
        }
        boolean refused = head.flatMap(WorkflowHead::openDeadLetter)
                .filter(ParkingReason::refusesCancel)
                .isPresent();
        if (!refused) {
            return new ActionDecision.LoadToCancel();
        }
        return action.isCancelByParent()
                ? new ActionDecision.KeepWaiting()
                : new ActionDecision.ReplyOnly(Answered.refused(action, WorkflowStatus.DEAD_LETTERED));
    }
}
