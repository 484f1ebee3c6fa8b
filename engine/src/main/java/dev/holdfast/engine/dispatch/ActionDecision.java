package dev.holdfast.engine.dispatch;

import dev.holdfast.spi.HistoryEvent;
import dev.holdfast.spi.WorkflowWrite;

/** What an operator action comes to. Immutable. */
sealed interface ActionDecision {
    /** An event is recorded, together with the reply. */
    record RecordEvent(HistoryEvent event, WorkflowWrite.Reply reply) implements ActionDecision {}

    /** Only the reply is written. */
    record ReplyOnly(WorkflowWrite.Reply reply) implements ActionDecision {}

    /** The code of the workflow has to run: it is loaded, and the cancel is delivered at its next call. */
    record LoadToCancel() implements ActionDecision {}
}
