package dev.holdfast.spi;

import java.util.List;

/**
 * Messages that were read from the inbox, in the order of arrival. Made by the store; immutable.
 *
 * @param next the place to read on at; after the last page a moment before the reading, because a message may become
 *     visible after a later one
 * @param isLast whether there was no further message
 */
public record InboxPage(List<InboxMessage> messages, InboxCursor next, boolean isLast) {}
