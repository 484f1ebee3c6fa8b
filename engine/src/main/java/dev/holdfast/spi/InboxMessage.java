package dev.holdfast.spi;

import java.util.UUID;

/** A message to a workflow, by way of its inbox. The owner of the workflow applies it. Immutable. */
public sealed interface InboxMessage permits OperatorAction {
    /** The workflow that receives it. */
    WorkflowKey key();

    /** The id of the message, the same however often it is sent. */
    UUID id();
}
