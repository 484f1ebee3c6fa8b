package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.Optional;

/** Pauses a workflow: nothing of it runs until it is resumed. Refused while it is parked or compensates. */
final class PauseHandler extends ActionHandler {
    PauseHandler(Store store) {
        super(store);
    }

    @Override
    void whenLoaded(Execution execution, OperatorAction action) {
        execution.pause(action);
    }

    @Override
    ActionDecision whenUnloaded(OperatorAction action, Optional<WorkflowHead> head) {
        Answered applied = Answered.applied(action, WorkflowStatus.PAUSED);
        return switch (status(action, head)) {
            case PAUSED -> new ActionDecision.ReplyOnly(applied);
            case DEAD_LETTERED, COMPENSATING -> refuse(action, head);
            default -> new ActionDecision.RecordEvent(new HistoryEvent.Paused(action.ref()), applied);
        };
    }
}
