package dev.holdfast;

import java.time.Duration;
import java.util.Optional;

/**
 * A URL to which an outside system sends one message, and the wait for that message. Made by
 * {@link WorkflowContext#callback}; used by the thread of the workflow.
 */
public interface Callback<T> {
    /**
     * Returns the URL, which a replay gets again. Whoever has it can send the message, so hand it only to the system
     * that is to answer. It is valid until the workflow has ended, and takes one message: a repeat is answered as the
     * first, and changes nothing.
     */
    String url();

    /** Waits for the message. A payload that does not fit the type parks the workflow as UNDECODABLE. */
    T await();

    /** Waits for the message as long as this, as {@link WorkflowContext#awaitSignal(Signal, Duration)} does. */
    Optional<T> await(Duration atMost);
}
