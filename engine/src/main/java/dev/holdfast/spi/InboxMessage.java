package dev.holdfast.spi;

import java.util.UUID;

/** What others send to a workflow, by way of its inbox. The owner of the workflow applies it. Immutable. */
public sealed interface InboxMessage permits OperatorAction {
    /** The workflow that it is for. */
    WorkflowKey key();

    /** The same for one and the same message, however often it is sent. */
    UUID id();
}
