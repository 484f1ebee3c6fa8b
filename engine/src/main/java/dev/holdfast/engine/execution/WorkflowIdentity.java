package dev.holdfast.engine.execution;

import dev.holdfast.spi.WorkflowKey;

/**
 * Which workflow an execution runs. Immutable.
 *
 * @param id by which users know it
 * @param run of the workflow, from 1; part of the idempotency keys of its steps
 */
public record WorkflowIdentity(WorkflowKey key, String id, int run) {
    /** In its first run. */
    public static WorkflowIdentity firstRun(WorkflowKey key, String id) {
        return new WorkflowIdentity(key, id, 1);
    }
}
