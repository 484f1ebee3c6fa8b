/**
 * Tells watchers of workflows about changes of status and published values, as they are committed.
 *
 * <p>What may enter: Code that reads what is new of watched workflows, and hands it to their watchers. It knows no
 * protocol.
 *
 * <p>Where to begin: {@link dev.holdfast.engine.feed.EventFeed}.
 */
@NullMarked
package dev.holdfast.engine.feed;

import org.jspecify.annotations.NullMarked;
