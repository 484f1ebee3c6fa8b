package dev.holdfast.engine;

import dev.holdfast.WorkflowStatus;

/**
 * How a workflow ended, or that it was parked.
 *
 * @param value the encoded result, of FAILED the encoded failure; empty when parked
 */
record Ending(WorkflowStatus status, byte[] value) {
    private static final byte[] NOTHING = {};

    static Ending parked() {
        return new Ending(WorkflowStatus.DEAD_LETTERED, NOTHING);
    }
}
