package dev.holdfast.engine.execution;

import dev.holdfast.admin.WorkflowStatus;

/**
 * How a workflow ended, or that it was parked.
 *
 * @param value the encoded result, of FAILED the encoded failure; empty when parked
 */
public record WorkflowEnd(WorkflowStatus status, byte[] value) {
    private static final byte[] NOTHING = {};

    public static WorkflowEnd parked() {
        return new WorkflowEnd(WorkflowStatus.DEAD_LETTERED, NOTHING);
    }
}
