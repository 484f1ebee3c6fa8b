/**
 * Server-sent events: the streams of status changes and published values to clients.
 *
 * <p>What may enter: Code that writes what the engine's feed tells as an event stream, and limits the streams.
 *
 * <p>Where to begin: {@link dev.holdfast.server.events.EventStreams}.
 */
@NullMarked
package dev.holdfast.server.events;

import org.jspecify.annotations.NullMarked;
