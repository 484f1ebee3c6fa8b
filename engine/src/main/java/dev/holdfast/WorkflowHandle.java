package dev.holdfast;

import dev.holdfast.admin.WorkflowStatus;
import java.time.Duration;

/** An accepted workflow, in the hands of the one who submitted it or asked for it by id. Safe for all threads. */
public interface WorkflowHandle<O> {
    /** The id under which it was accepted. */
    String id();

    /** Its state now, as the store has it. */
    WorkflowStatus status();

    /**
     * Waits for the result. Throws {@link WorkflowFailedException} when it ended as FAILED,
     * {@link WorkflowCancelledException} when as CANCELLED, and {@link ResultNotReadyException} when it has not ended
     * in this time or is parked; asking again is always safe.
     */
    O result(Duration timeout);
}
