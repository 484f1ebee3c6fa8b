package dev.holdfast.spi;

import java.time.Instant;
import java.util.UUID;

/**
 * A signal on its way to a workflow. Made by the store; immutable.
 *
 * @param id a signal that is sent again under a key has the same id
 * @param name of the signal
 * @param payload encoded
 * @param at the time at which it was sent, by the store's clock
 */
public record SignalMessage(WorkflowKey key, UUID id, String name, byte[] payload, Instant at) implements InboxMessage {
    /** The event that records its arrival. */
    public HistoryEvent.SignalReceived received() {
        return new HistoryEvent.SignalReceived(id, name, payload, at);
    }
}
