package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.history.FailureCodec;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import java.util.Optional;

/** Discards a parked workflow: it ends as FAILED with the failure of its dead letter. */
final class DiscardHandler extends ActionHandler {
    private final FailureCodec failures;

    DiscardHandler(Store store, FailureCodec failures) {
        super(store);
        this.failures = failures;
    }

    @Override
    ActionDecision whenUnloaded(OperatorAction action, Optional<WorkflowHead> head) {
        return head.flatMap(found -> found.openDeadLetter(action.letterSeq()))
                .map(letter -> end(
                        action,
                        new HistoryEvent.Ended(WorkflowStatus.FAILED, failures.encode(letter.failure()), action.ref())))
                .orElseGet(() -> refuse(action, head));
    }
}
