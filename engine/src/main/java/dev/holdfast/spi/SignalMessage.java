package dev.holdfast.spi;

import java.time.Instant;
import java.util.UUID;

/**
 * A signal on its way to a workflow. Immutable.
 *
 * @param id a signal that is sent again under a key has the same id
 * @param name of the signal
 * @param payload encoded
 * @param at the time at which it was sent, by the store's clock; before that any time
 */
public record SignalMessage(WorkflowKey key, UUID id, String name, byte[] payload, Instant at) implements InboxMessage {
    /** A signal that is to be sent. */
    public static SignalMessage unsent(WorkflowKey key, UUID id, String name, byte[] payload) {
        return new SignalMessage(key, id, name, payload, Instant.EPOCH);
    }

    /** Returns the signal as it was sent at this time. */
    public SignalMessage at(Instant sent) {
        return new SignalMessage(key, id, name, payload, sent);
    }

    /** The event that records its arrival. */
    public HistoryEvent.SignalReceived received() {
        return new HistoryEvent.SignalReceived(id, name, payload, at);
    }
}
