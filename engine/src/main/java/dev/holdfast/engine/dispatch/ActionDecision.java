package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.WorkflowWrite;

/** The decision on an operator action when its workflow is not loaded. Immutable. */
sealed interface ActionDecision {
    /** An event is recorded, together with the reply. */
    record RecordEvent(HistoryEvent event, WorkflowWrite.Reply reply) implements ActionDecision {}

    /** Only the reply is written. */
    record ReplyOnly(WorkflowWrite.Reply reply) implements ActionDecision {}

    /** The workflow is loaded, because its code must run: it gets the cancel at its next call. */
    record LoadToCancel() implements ActionDecision {}
}
