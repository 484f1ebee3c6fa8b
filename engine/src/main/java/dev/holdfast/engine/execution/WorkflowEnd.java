package dev.holdfast.engine.execution;

import dev.holdfast.admin.WorkflowStatus;

/**
 * The end of a workflow, or its parking. Immutable.
 *
 * @param value the encoded result; for FAILED the encoded failure; empty if parked
 */
public record WorkflowEnd(WorkflowStatus status, byte[] value) {
    private static final byte[] NOTHING = {};

    public static WorkflowEnd parked() {
        return new WorkflowEnd(WorkflowStatus.DEAD_LETTERED, NOTHING);
    }
}
