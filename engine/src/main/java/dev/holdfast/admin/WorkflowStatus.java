package dev.holdfast.admin;

/** The states of a workflow. COMPLETED, FAILED and CANCELLED are final. Seen by all who inspect; immutable. */
public enum WorkflowStatus {
    /** Accepted, not yet taken up. */
    QUEUED,
    /** Loaded on its owner, or between two of its records. */
    RUNNING,
    /** Unloaded until something that it waits for happens. */
    WAITING,
    /** Undoing what it did. */
    COMPENSATING,
    /** Stopped by an operator until resumed. */
    PAUSED,
    /** Cannot go on by itself; an open dead letter says why. */
    DEAD_LETTERED,
    COMPLETED,
    FAILED,
    CANCELLED;

    /** Whether nothing will ever happen to it again. */
    public boolean isFinal() {
        return this == COMPLETED || this == FAILED || this == CANCELLED;
    }
}
