package dev.holdfast.admin;

/**
 * The states of a workflow; COMPLETED, FAILED and CANCELLED are final. Read by {@link Admin} and handles. Immutable.
 */
public enum WorkflowStatus {
    /** Accepted, and not yet loaded by the owner. */
    QUEUED,
    /** Loaded on its owner, or between two of its records. */
    RUNNING,
    /** Unloaded until the event that it waits for. */
    WAITING,
    /** Undoing its steps, after a rejection, a failure or a cancel. */
    COMPENSATING,
    /** Stopped by an operator until it is resumed or cancelled. */
    PAUSED,
    /** Parked: it cannot go on by itself, and an open dead letter says why. */
    DEAD_LETTERED,
    /** Ended with a result. */
    COMPLETED,
    /** Ended by its own code, or by the discard of its dead letter, with an error. */
    FAILED,
    /** Ended by a cancel or a terminate. */
    CANCELLED;

    /** Tells whether the workflow has ended: nothing of it will run again. */
    public boolean isFinal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
