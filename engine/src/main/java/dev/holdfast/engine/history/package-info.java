/**
 * Reads the log of one workflow: by position for replay, by item for users.
 *
 * <p>What may enter: Code that interprets log records. It writes none.
 *
 * <p>Where to begin: {@link dev.holdfast.engine.history.History}.
 */
@NullMarked
package dev.holdfast.engine.history;

import org.jspecify.annotations.NullMarked;
