package dev.holdfast;

import java.time.Instant;

/**
 * The deadline of the workflow has passed. Thrown once, by a call of the {@link WorkflowContext}; the calls behind it
 * work as before. Code that does not catch it is parked as DEADLINE, where it stands and with nothing undone; a retry
 * of that dead letter clears the deadline and repeats the call. To fail instead, and undo the sagas on the way, catch
 * it and throw {@link WorkflowFailedException}. Unchecked, immutable.
 */
public class DeadlineExceeded extends HoldfastException {
    private static final long serialVersionUID = 1L;

    private final Instant deadline;

    /** Made by the engine. */
    public DeadlineExceeded(String workflowId, Instant deadline) {
        super("workflow " + workflowId + " has not ended by its deadline, " + deadline
                + ": retry its dead letter to let it go on without a deadline");
        this.deadline = deadline;
    }

    /** Returns the deadline. */
    public Instant deadline() {
        return deadline;
    }
}
