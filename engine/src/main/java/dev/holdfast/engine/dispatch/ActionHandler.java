package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.admin.WorkflowSummary;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Decides one kind of operator action, as the owner of the workflow. Called by {@link Inbox}; stateless. */
abstract class ActionHandler {
    private static final byte[] NO_VALUE = {};

    private final Store store;

    ActionHandler(Store store) {
        this.store = store;
    }

    /**
     * The workflow is loaded. An action that is not possible meanwhile is refused, unless the workflow is about to
     * leave this process and the action will be possible then: it stays in the inbox, which is polled again at that
     * moment.
     */
    void whenLoaded(Execution execution, OperatorAction action) {
        if (store.head(action.key()).filter(head -> isDecidable(action, head)).isEmpty()) {
            CompletableFuture<Void> unused = execution.reply(Answered.refused(action, WorkflowStatus.RUNNING));
        }
    }

    /** Whether it can be decided once the workflow, whose log ends like this, has left this process. */
    boolean isDecidable(OperatorAction action, WorkflowHead head) {
        return head.openDeadLetter(action.letterSeq()).isPresent();
    }

    /** The workflow is open and not loaded; {@code head} is empty while nothing of it is recorded. */
    abstract ActionDecision whenUnloaded(OperatorAction action, Optional<WorkflowHead> head);

    /** The workflow has ended. */
    ActionDecision whenEnded(OperatorAction action, HistoryEvent.Ended end) {
        return new ActionDecision.ReplyOnly(Answered.refused(action, end.status()));
    }

    /** Refuses it with the status that the workflow has now. */
    final ActionDecision refuse(OperatorAction action, Optional<WorkflowHead> head) {
        WorkflowStatus status = head.flatMap(WorkflowHead::openDeadLetter)
                .map(letter -> WorkflowStatus.DEAD_LETTERED)
                .or(() -> store.find(action.key()).map(WorkflowSummary::status))
                .orElse(WorkflowStatus.RUNNING);
        return new ActionDecision.ReplyOnly(Answered.refused(action, status));
    }

    /** The end of a workflow that is cancelled without its code. */
    static HistoryEvent.Ended cancelled(OperatorAction action) {
        return new HistoryEvent.Ended(WorkflowStatus.CANCELLED, NO_VALUE, action.ref());
    }

    /** Ends the workflow like this, without its code. */
    static ActionDecision end(OperatorAction action, HistoryEvent.Ended ended) {
        return new ActionDecision.RecordEvent(ended, Answered.applied(action, ended.status()));
    }
}
