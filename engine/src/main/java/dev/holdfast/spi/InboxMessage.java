package dev.holdfast.spi;

import java.util.UUID;

/** A message to a workflow, sent through its inbox. The owner of the workflow applies it. Immutable. */
public sealed interface InboxMessage permits OperatorAction, SignalMessage {
    /** The workflow that receives it. */
    WorkflowKey key();

    /** The id of the message; a message that is sent again has the same id. */
    UUID id();
}
