package dev.holdfast.engine.dispatch;

import dev.holdfast.admin.WorkflowStatus;
import dev.holdfast.engine.execution.Execution;
import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.LogRecord;
import dev.holdfast.spi.OperatorAction;
import dev.holdfast.spi.Store;
import dev.holdfast.spi.StoredWorkflow;
import dev.holdfast.spi.WorkflowHead;
import dev.holdfast.spi.WorkflowWrite.Answered;
import java.util.List;
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
     * Handles an action on a loaded workflow. This default refuses it, unless the log already ends with the event that
     * makes the action possible. The workflow then leaves this process soon, so the action stays in the inbox, which is
     * polled again at that moment.
     */
    void whenLoaded(Execution execution, OperatorAction action) {
        if (store.head(action.key()).filter(head -> isDecidable(action, head)).isEmpty()) {
            CompletableFuture<Void> unused = execution.reply(Answered.refused(action, WorkflowStatus.RUNNING));
        }
    }

    /**
     * Whether the action can be decided once the workflow has left this process; {@code head} is the end of its log.
     */
    boolean isDecidable(OperatorAction action, WorkflowHead head) {
        return head.openDeadLetter(action.letterSeq()).isPresent();
    }

    /** Decides on an open workflow that is not loaded; {@code head} is empty if the workflow has no record yet. */
    abstract ActionDecision whenUnloaded(OperatorAction action, Optional<WorkflowHead> head);

    /** Decides on a workflow that has ended. This default refuses the action. */
    ActionDecision whenEnded(OperatorAction action, HistoryEvent.Ended end) {
        return new ActionDecision.ReplyOnly(Answered.refused(action, end.status()));
    }

    /** Refuses the action with the current status of the workflow. */
    final ActionDecision refuse(OperatorAction action, Optional<WorkflowHead> head) {
        return new ActionDecision.ReplyOnly(Answered.refused(action, status(action, head)));
    }

    /** The status of an open workflow that is not loaded. */
    final WorkflowStatus status(OperatorAction action, Optional<WorkflowHead> head) {
        return head.map(WorkflowHead::lastEvent)
                .map(LogRecord::event)
                .map(HistoryEvent::statusAfter)
                .filter(now -> now == WorkflowStatus.DEAD_LETTERED || now == WorkflowStatus.PAUSED)
                .or(() -> store.load(List.of(action.key())).stream().findFirst().map(StoredWorkflow::status))
                .orElse(WorkflowStatus.RUNNING);
    }

    /** The end of a workflow that is cancelled without running its code. */
    static HistoryEvent.Ended cancelled(OperatorAction action) {
        return new HistoryEvent.Ended(WorkflowStatus.CANCELLED, NO_VALUE, action.ref());
    }

    /** Ends the workflow with this event, without running its code. */
    static ActionDecision end(OperatorAction action, HistoryEvent.Ended ended) {
        return new ActionDecision.RecordEvent(ended, Answered.applied(action, ended.status()));
    }
}
