/**
 * Runs the code of a workflow on a recorded history, and tells whether it follows it.
 *
 * <p>What may enter: What stands in for the store and the node in a replay. Everything else is the code that loads a
 * workflow in production.
 *
 * <p>Where to begin: {@link dev.holdfast.engine.replay.Replayer}.
 */
@NullMarked
package dev.holdfast.engine.replay;

import org.jspecify.annotations.NullMarked;
