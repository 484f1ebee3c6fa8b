package dev.holdfast.engine.execution;

import dev.holdfast.spi.WorkflowKey;

/**
 * The workflow that an execution runs. Immutable.
 *
 * @param id the id that users see
 * @param run of the workflow, from 1; part of the idempotency keys of its steps
 */
public record WorkflowIdentity(WorkflowKey key, String id, int run) {
    /** A workflow in its first run. */
    public static WorkflowIdentity firstRun(WorkflowKey key, String id) {
        return new WorkflowIdentity(key, id, 1);
    }
}
