package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.Optional;

/** Resumes a paused workflow: it goes on where it was paused, and what came due meanwhile is due at once. */
final class ResumeHandler extends ActionHandler {
    ResumeHandler(Store store) {
        super(store);
    }

    @Override
    boolean isDecidable(OperatorAction action, WorkflowHead head) {
        return head.isPaused();
    }

    @Override
    ActionDecision whenUnloaded(OperatorAction action, Optional<WorkflowHead> head) {
        return head.filter(WorkflowHead::isPaused)
                .<ActionDecision>map(paused -> new ActionDecision.RecordEvent(
                        new HistoryEvent.Resumed(action.ref()), Answered.applied(action, WorkflowStatus.QUEUED)))
                .orElseGet(() -> refuse(action, head));
    }
}
