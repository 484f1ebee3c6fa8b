package dev.holdfast.spi;

import java.nio.charset.StandardCharsets;
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

    /** The same with the id that a signal of this name under this key has. */
    public static SignalMessage underKey(WorkflowKey workflow, String name, String key, byte[] payload) {
        String unique = workflow.uid() + "\n" + name + "\n" + key;
        return unsent(workflow, UUID.nameUUIDFromBytes(unique.getBytes(StandardCharsets.UTF_8)), name, payload);
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
