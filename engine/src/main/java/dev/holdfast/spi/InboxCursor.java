package dev.holdfast.spi;

import java.time.Instant;
import java.util.UUID;

/**
 * A place in the order in which messages arrived, at the message with this time and id. Made by the store; immutable.
 */
public record InboxCursor(Instant at, UUID id) {
    private static final UUID FIRST = new UUID(0, 0);

    /** Before all messages. */
    public static final InboxCursor START = at(Instant.EPOCH);

    /** Before the messages that arrived at this time. */
    public static InboxCursor at(Instant time) {
        return new InboxCursor(time, FIRST);
    }
}
