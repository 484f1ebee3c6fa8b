package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.WorkflowWrite;

/** The decision on an operator action when its workflow is not loaded. Immutable. */
sealed interface ActionDecision {
    /** A decision that is written without running code. */
    sealed interface Written extends ActionDecision {
        WorkflowWrite.Reply reply();
    }

    /** An event is recorded, together with the reply. */
    record RecordEvent(HistoryEvent event, WorkflowWrite.Reply reply) implements Written {}

    /** Only the reply is written. */
    record ReplyOnly(WorkflowWrite.Reply reply) implements Written {}

    /** The workflow is loaded, because its code must run: it gets the cancel at its next call. */
    record LoadToCancel() implements ActionDecision {}

    /** It waits in the inbox until the workflow is loaded for another reason, or has ended. */
    record KeepWaiting() implements ActionDecision {}

    /** It was applied already: it was read again before that was known. */
    record AlreadyApplied() implements ActionDecision {}
}
