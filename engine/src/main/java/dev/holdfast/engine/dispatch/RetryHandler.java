package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.Optional;

/** Retries a parked workflow at the step at which it stopped. The log says whether with an explicit yes. */
final class RetryHandler extends ActionHandler {
    RetryHandler(Store store) {
        super(store);
    }

    @Override
    ActionDecision whenUnloaded(OperatorAction action, Optional<WorkflowHead> head) {
        return head.flatMap(found -> found.openDeadLetter(action.letterSeq()))
                .<ActionDecision>map(letter -> new ActionDecision.RecordEvent(
                        new HistoryEvent.Retried(letter.position(), action.ref()),
                        Answered.applied(action, WorkflowStatus.QUEUED)))
                .orElseGet(() -> refuse(action, head));
    }
}
