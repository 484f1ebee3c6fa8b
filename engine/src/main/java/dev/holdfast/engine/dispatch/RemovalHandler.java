package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.ActionResult;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowWrite;
import java.util.Optional;
import java.util.function.BiFunction;

/** Erases or scrubs an ended workflow; refuses for an open one. */
final class RemovalHandler extends ActionHandler {
    private final BiFunction<OperatorAction, ActionResult, WorkflowWrite.Reply> removal;

    /** {@code removal} makes the write. */
    RemovalHandler(Store store, BiFunction<OperatorAction, ActionResult, WorkflowWrite.Reply> removal) {
        super(store);
        this.removal = removal;
    }

    @Override
    boolean isDecidable(OperatorAction action, WorkflowHead head) {
        return head.end().isPresent();
    }

    @Override
    ActionDecision whenUnloaded(OperatorAction action, Optional<WorkflowHead> head) {
        return refuse(action, head);
    }

    @Override
    ActionDecision whenEnded(OperatorAction action, HistoryEvent.Ended end) {
        return new ActionDecision.ReplyOnly(removal.apply(action, new ActionResult(true, end.status())));
    }
}
