package dev.holdfast.spi;

/**
 * The call by which a workflow was started from another one. Immutable.
 *
 * @param key of the workflow that made the call
 * @param waits whether the call waits for the end: then the store puts the end into the inbox of that workflow, in the
 *     commit of the end, whatever ended it
 */
public record ParentCall(WorkflowKey key, Position position, boolean waits) {}
