package dev.holdfast.postgres.read;

import dev.holdfast.spi.InboxMessage;
import java.time.Instant;

/**
 * A message as a page of the inbox has it. Immutable.
 *
 * @param decidable whether it is to this node, not applied, and could be now
 * @param isLast whether there was no message after its page
 */
record InboxRow(InboxMessage message, Instant at, Instant readAt, boolean decidable, boolean isLast) {}
