/**
 * Reads the log of one workflow: by position for replay, by item for people.
 *
 * <p>What may enter: Code that interprets log records. It never writes one.
 *
 * <p>Where to begin: {@link dev.holdfast.engine.history.History}.
 */
@NullMarked
package dev.holdfast.engine.history;

import org.jspecify.annotations.NullMarked;
